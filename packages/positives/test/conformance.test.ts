import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cmd, type Embedder, mlp, moco } from '@halp/contrastive';
import type { StepContext } from '@halp/nn';
import { objectiveConformance, type ObjectiveOfSubject } from '@halp/nn/conformance';
import { halp, type HalpOptions, halpStreams } from '@halp/positives';
import { createRandom, type Random } from '@halp/random';
import { onBackend } from '@halp/testing';

/** Clips `[N, 3, 2, 1, 1]` to embeddings of length 4. */
const embedder = (rng: Random): Embedder => {
  const network = mlp({ inputs: 6, hidden: [5], outputs: 4 }, rng);
  return {
    ...network,
    apply: (x, pass) =>
      tf.tidy(() => network.apply(tf.reshape<tf.Rank.R2>(x, [x.shape[0], 6]), pass)),
  };
};
const pair = (rng: Random): { query: Embedder; key: Embedder } => ({
  query: embedder(rng),
  key: embedder(rng),
});
const view = (seed: number): tf.Tensor5D => {
  const rng = createRandom(seed);
  return tf.tensor5d(
    Array.from({ length: 48 }, () => rng.normal()),
    [8, 3, 2, 1, 1],
  );
};
const batch = (seed: number): never =>
  ({ query: view(2 * seed), key: view(2 * seed + 1) }) as never;
const sizes = { queueSize: 16, dimension: 4, momentum: 0.9 };
const options: HalpOptions = { weight: 2, prototypes: 3, newest: 8, every: 2, count: 5 };
/** The stream of the clusterings is that of the run's seed: a resumed run has the same one, whatever its other networks are. */
const clusterings = (): Random => createRandom(9);
/** The term is active from the first step on: the queue counts as full of real keys. */
const contextOf = (step: number): StepContext => ({
  ...{ epoch: 0, iteration: step, step, samples: 64 * (step + 1) },
});

onBackend('wasm', () => {
  for (const form of ['aligned', 'contrastive'] as const) {
    objectiveConformance(
      {
        name: `halp on moco, ${form}`,
        make: (rng): ObjectiveOfSubject<never> => {
          const networks = pair(rng.fork('networks'));
          const base = moco({ ...networks, ...sizes }, rng.fork('objective'));
          const objective = halp(base, { ...options, form }, clusterings());
          return {
            objective: objective,
            dispose() {
              for (const each of [objective, base, networks.query, networks.key]) each.dispose();
            },
          };
        },
        ...{ batch, contextOf, withoutEffect: ['encoder_q.0.bias'] },
        // Positives are constants on the geodesics from the prototypes to the keys.
        stopsGradients: true,
      },
      { describe, it, expect },
    );
  }

  objectiveConformance(
    {
      name: 'halp on the streams of cmd',
      make: (rng): ObjectiveOfSubject<never> => {
        const streams = { joint: pair(rng.fork('joint')), motion: pair(rng.fork('motion')) };
        const base = cmd({ streams, ...sizes, topK: 8 }, rng.fork('objective'));
        const objective = halpStreams(base, options, clusterings());
        return {
          objective: objective,
          dispose() {
            objective.dispose();
            base.dispose();
            for (const { query, key } of Object.values(streams)) {
              query.dispose();
              key.dispose();
            }
          },
        };
      },
      ...{ batch, contextOf },
      withoutEffect: ['encoder_q.0.bias', 'encoder_q_motion.0.bias'],
      stopsGradients: true,
    },
    { describe, it, expect },
  );
});
