import * as tf from '@tensorflow/tfjs-core';
import { tensorOfClip } from '@halp/nn';
import { createRandom } from '@halp/random';
import type { Clip } from '@halp/skeleton';
import type { Model } from './model.ts';

/** Time per clip, in milliseconds. */
export interface Timing {
  /** The first clip, which includes compilation. */
  readonly first: number;
  /** The median of the others. */
  readonly median: number;
  /** Number of other clips. */
  readonly count: number;
}

/** Times one clip from coordinates to feature, up to 30 times, and stops after the fifth once 3 seconds have passed. */
export async function timeOf({ encoder, view }: Model, clip: Clip): Promise<Timing> {
  const seen = view(clip, createRandom(0));
  const once = async (): Promise<number> => {
    const began = performance.now();
    const feature = tf.tidy(() => encoder.apply(tensorOfClip(seen), { mode: 'eval' }));
    await feature.data();
    feature.dispose();
    return performance.now() - began;
  };
  const began = performance.now();
  const first = await once();
  const others: number[] = [];
  while (others.length < 30 && (others.length < 5 || performance.now() - began < 3000)) {
    others.push(await once());
  }
  others.sort((a, b) => a - b);
  const [low, high] = [(others.length - 1) >> 1, others.length >> 1];
  const median = ((others[low] as number) + (others[high] as number)) / 2;
  return { first, median, count: others.length };
}
