import type * as tf from '@tensorflow/tfjs-core';
import { expectTensor } from '@halp/nn/check';

/** The expected sizes of a batch of clips `[N, C, T, V, M]`. */
export interface ClipSizes {
  readonly channels: number;
  readonly joints: number;
  readonly persons: number;
}

/** Throws unless x is float32 `[N, C, T, V, M]` of these sizes, with at least one clip and one frame. */
export function expectClips(
  caller: string,
  x: tf.Tensor,
  { channels, joints, persons }: ClipSizes,
): void {
  expectTensor(caller, 'clips [N, C, T, V, M]', x);
  const [clips = 0, c, frames = 0, v, m] = x.shape;
  const fits =
    x.shape.length === 5 &&
    clips > 0 &&
    frames > 0 &&
    c === channels &&
    v === joints &&
    m === persons;
  if (!fits) {
    throw new RangeError(
      `${caller}: expected clips [N, C, T, V, M] = [any, ${channels}, any, ${joints}, ${persons}], got [${x.shape.join(', ')}]`,
    );
  }
  if (x.dtype !== 'float32') throw new TypeError(`${caller}: expected float32, got ${x.dtype}`);
}
