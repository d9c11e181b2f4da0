import * as tf from '@tensorflow/tfjs-core';
import { type Embedder, mlp } from '@halp/contrastive';
import { createRandom, type Random } from '@halp/random';

/** Clips `[N, 3, 2, 1, 1]` to embeddings of length 4. */
export function clipEmbedder(rng: Random): Embedder {
  const network = mlp({ inputs: 6, hidden: [5], outputs: 4 }, rng);
  return {
    ...network,
    apply: (x, pass) =>
      tf.tidy(() => network.apply(tf.reshape<tf.Rank.R2>(x, [x.shape[0], 6]), pass)),
  };
}

/** A query and a key network. */
export function embedderPair(rng: Random): { query: Embedder; key: Embedder } {
  return { query: clipEmbedder(rng), key: clipEmbedder(rng) };
}

/** Eight random clips for them. */
export function randomView(seed: number): tf.Tensor5D {
  const rng = createRandom(seed);
  return tf.tensor5d(
    Array.from({ length: 48 }, () => rng.normal()),
    [8, 3, 2, 1, 1],
  );
}
