import { FormatError, type NdArray } from '@halp/files';
import type { NpyFile } from '@halp/files/node';
import { type Clip, createClip, type Layout } from '@halp/skeleton';
import { cutFrames } from '../../clip/cut-frames.ts';

/** An open array of clips, `[N, 3, T, V, M]` or `[N, T, M * V * 3]`. */
export interface ClipArray {
  readonly file: NpyFile;
  /** Its name in error messages. */
  readonly path: string;
  readonly layout: Layout;
  /** N. */
  readonly clips: number;
  /** T. */
  readonly frames: number;
  /** M. */
  readonly persons: number;
}

/**
 * An open array as an array of clips.
 *
 * @throws FormatError if its numbers are not floats, it has neither of the two shapes, or it is empty.
 */
export function clipArray(file: NpyFile, path: string, layout: Layout): ClipArray {
  const { dtype, shape } = file.header;
  const V = layout.joints.length;
  const [clips = 0] = shape;
  const [frames = 0, persons = 0] = sizesOf(shape, V);
  const isFloat = dtype.startsWith('float');
  if (isFloat && clips > 0 && frames > 0 && persons > 0) {
    return { file, path, layout, clips, frames, persons };
  }
  throw new FormatError(
    path,
    `expected floats [N, 3, T, ${V}, M] or [N, T, M * ${V} * 3] for ${layout.name}, ` +
      `got ${dtype} [${shape.join(', ')}]`,
  );
}

/**
 * One clip, `[3, frames, V, M]`, read by position.
 *
 * @param frames - Its valid frames. Default: up to its last frame that is not all zero.
 */
export async function readArrayClip(
  array: ClipArray,
  index: number,
  frames?: number,
): Promise<Clip> {
  const row = await array.file.readRows(index, 1);
  const whole = row.shape.length === 5 ? clipOf(row, array) : clipOfFlat(row, array);
  const end = frames ?? lastUsedFrame(whole);
  return end === array.frames ? whole : cutFrames(whole, 0, end);
}

function sizesOf(shape: readonly number[], V: number): readonly number[] {
  if (shape.length === 5 && shape[1] === 3 && shape[3] === V)
    return [shape[2], shape[4]] as number[];
  const [, frames = 0, numbers = 0] = shape;
  return shape.length === 3 && numbers % (V * 3) === 0 ? [frames, numbers / (V * 3)] : [];
}

function clipOf({ data }: NdArray, { frames, layout, persons }: ClipArray): Clip {
  return createClip([3, frames, layout.joints.length, persons], float32Of(data));
}

/** The numbers of a frame are x, y, z of person 0's joint 0, of its joint 1, …, then of person 1. */
function clipOfFlat({ data }: NdArray, { frames, layout, persons }: ClipArray): Clip {
  const V = layout.joints.length;
  const values = float32Of(data);
  const clip = createClip([3, frames, V, persons]);
  let from = 0;
  for (let t = 0; t < frames; t++) {
    for (let m = 0; m < persons; m++) {
      for (let v = 0; v < V; v++) {
        for (let c = 0; c < 3; c++, from++) {
          clip.data[((c * frames + t) * V + v) * persons + m] = values[from] as number;
        }
      }
    }
  }
  return clip;
}

function float32Of(data: NdArray['data']): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
}

/** One more than the last frame with a non-zero coordinate; 1 if there is none. */
function lastUsedFrame(clip: Clip): number {
  const [C, T, V, M] = clip.shape;
  for (let t = T - 1; t > 0; t--) {
    for (let c = 0; c < C; c++) {
      const start = (c * T + t) * V * M;
      if (clip.data.subarray(start, start + V * M).some((value) => value !== 0)) return t + 1;
    }
  }
  return 1;
}
