import { FormatError, type NdArray } from '@halp/files';
import type { NpyFile } from '@halp/files/node';
import { createClip, firstNonFinite, type Clip, type Layout } from '@halp/skeleton';
import type { Dataset } from './dataset.ts';
import type { ClipFacts } from './names.ts';

/** A joint array and all that belongs to it. */
export interface ArraySource {
  readonly name: string;
  readonly layout: Layout;
  readonly classes: readonly string[];
  /** The open array `[N, C, T, V, M]`, float32 or float64. */
  readonly data: NpyFile;
  /** The array's path, for error messages. */
  readonly path: string;
  readonly labels: Int32Array;
  /** The valid frames of each clip; without them a clip ends at its last frame that is not all zero. */
  readonly frames: Int32Array | undefined;
  readonly facts: readonly ClipFacts[];
}

/** A data set that reads each clip from its place in a `.npy` file. */
export function arrayDataset(source: ArraySource): Dataset {
  const { data, labels, facts } = source;
  const length = labels.length;
  return {
    name: source.name,
    layout: source.layout,
    classes: source.classes,
    persons: data.header.shape[4] as number,
    length,
    labels,
    names: facts.map((fact) => fact.name),
    async get(index) {
      if (!Number.isInteger(index) || index < 0 || index >= length) {
        throw new RangeError(`get: expected an index in [0, ${length}), got ${index}`);
      }
      const whole = clipOfRow(await data.readRows(index, 1));
      const clip = firstFrames(whole, source.frames?.[index] ?? lastUsedFrame(whole));
      const fact = facts[index] as ClipFacts;
      requireFinite(clip, fact.name, source.path);
      return { clip, label: labels[index] as number, ...fact };
    },
    close: () => data.close(),
  };
}

function clipOfRow({ data, shape }: NdArray): Clip {
  const [, C, T, V, M] = shape as readonly [number, number, number, number, number];
  const values = data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
  return createClip([C, T, V, M], values);
}

function firstFrames(clip: Clip, frames: number): Clip {
  const [C, T, V, M] = clip.shape;
  if (frames === T) return clip;
  const out = createClip([C, frames, V, M]);
  for (let c = 0; c < C; c++) {
    const start = c * T * V * M;
    out.data.set(clip.data.subarray(start, start + frames * V * M), c * frames * V * M);
  }
  return out;
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

function requireFinite(clip: Clip, name: string, path: string): void {
  const place = firstNonFinite(clip);
  if (place === undefined) return;
  const { channel, frame, joint, person } = place;
  const value = clip.data.find((x) => !Number.isFinite(x));
  throw new FormatError(
    path,
    `clip ${name}: expected finite coordinates, got ${value} at channel ${channel}, ` +
      `frame ${frame}, joint ${joint}, person ${person}; prepare the data set again`,
  );
}
