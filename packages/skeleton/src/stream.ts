import { expectClip } from './clip.ts';
import { type Clip, createClip } from './clip.ts';
import { gotText } from './got-text.ts';
import type { Layout, LayoutName } from './layout.ts';
import { expectLayout } from './layout-of.ts';

/** The input of an encoder: positions, differences over time, or differences along bones. */
export type Stream = 'joint' | 'bone' | 'motion';

/**
 * A stream of a clip, as a new clip of the same shape; 'joint' returns the clip itself.
 *
 * - joint: x[t, v]
 * - motion: x[t + 1, v] - x[t, v], zero in the last frame
 * - bone: x[t, v] - x[t, parent(v)], zero at the root
 *
 * For showing or storing a stream. Encoders use `streamOfBatch` of `@halp/encoders`, the same function on tensors,
 * which is tested on the golden cases moco_halp_motion and moco_halp_bone; a test there compares the two.
 *
 * Source: the streams of the authors' code.
 *
 * @param skeleton - the layout of the clip, or its name.
 * @throws RangeError if the clip does not have the joints of the layout, or the stream is unknown.
 */
export function streamOfClip(clip: Clip, stream: Stream, skeleton: Layout | LayoutName): Clip {
  expectClip('streamOfClip', clip);
  const layout = expectLayout('streamOfClip', skeleton);
  if (clip.shape[2] !== layout.joints.length) {
    throw new RangeError(
      `streamOfClip: expected ${layout.joints.length} joints (${layout.name}), got ${clip.shape[2]}`,
    );
  }
  switch (stream) {
    case 'joint':
      return clip;
    case 'motion':
      return motion(clip);
    case 'bone':
      return bone(clip, layout);
    default:
      throw new RangeError(
        `streamOfClip: expected the stream 'joint', 'bone' or 'motion', got ${gotText(stream satisfies never)}`,
      );
  }
}

function motion(clip: Clip): Clip {
  const [C, T, V, M] = clip.shape;
  const frame = V * M;
  const out = createClip(clip.shape);
  for (let c = 0; c < C; c++) {
    const start = c * T * frame;
    for (let i = start; i < start + (T - 1) * frame; i++) {
      out.data[i] = (clip.data[i + frame] as number) - (clip.data[i] as number);
    }
  }
  return out;
}

function bone(clip: Clip, layout: Layout): Clip {
  const [C, T, V, M] = clip.shape;
  const out = createClip(clip.shape);
  for (let row = 0; row < C * T; row++) {
    for (const [child, parent] of layout.bones) {
      for (let m = 0; m < M; m++) {
        const i = (row * V + child) * M + m;
        const j = (row * V + parent) * M + m;
        out.data[i] = (clip.data[i] as number) - (clip.data[j] as number);
      }
    }
  }
  return out;
}
