import * as tf from '@tensorflow/tfjs-core';
import { projectionHead, skeletonTransformer, withHead } from '@halp/encoders';
import type { Random } from '@halp/random';
import { createRandom } from '@halp/random';
import type { ObjectiveParts } from '@halp/recipes';
import { createLayout } from '@halp/skeleton';

/** Four joints: head, hand and foot hang on the hip and on each other. */
export const layout = createLayout({
  name: 'four',
  joints: ['hip', 'head', 'hand', 'foot'],
  bones: [
    ['head', 'hip'],
    ['hand', 'head'],
    ['foot', 'hip'],
  ],
  spine: ['hip', 'head'],
  shoulders: ['hand', 'foot'],
  mirror: ['hip', 'head', 'foot', 'hand'],
});

export const persons = 2;

/** What a recipe gives to its objective: networks on clips of up to 8 frames, in tokens of 2. */
export function parts(rng: Random, depth = 2): ObjectiveParts & { dispose(): void } {
  const network = (): ObjectiveParts['query'] =>
    withHead(
      skeletonTransformer(
        { layout, persons, frames: 8, segment: 2, width: 4, depth, heads: 2 },
        rng.fork('encoder'),
      ),
      projectionHead({ inputs: 4, hidden: 4, outputs: 4 }, rng.fork('head')),
    );
  const [query, key] = [network(), network()];
  return {
    ...{ query, key, streams: { joint: { query, key } }, layout, persons, dimension: 4 },
    dispose() {
      for (const each of [query, key]) each.dispose();
    },
  };
}

/** Random clips `[3, 3, 8, 4, 2]`. */
export function clips(seed: number): tf.Tensor5D {
  const rng = createRandom(seed);
  const size = 3 * 3 * 8 * 4 * persons;
  return tf.tensor5d(
    Float32Array.from({ length: size }, () => rng.normal()),
    [3, 3, 8, 4, persons],
  );
}

/** The views of a batch; the masked objectives read the first. */
export function views(seed: number): { query: tf.Tensor5D; key: tf.Tensor5D } {
  return { query: clips(2 * seed), key: clips(2 * seed + 1) };
}
