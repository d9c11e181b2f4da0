import { describe, expect, it } from 'vitest';
import { cmd, moco } from '@halp/contrastive';
import type { StepContext } from '@halp/nn';
import { objectiveConformance, type ObjectiveOfSubject } from '@halp/nn/conformance';
import { halp, type HalpOptions, halpStreams } from '@halp/positives';
import { createRandom, type Random } from '@halp/random';
import { onBackend } from '@halp/testing';
import { embedderPair, randomView } from '../../contrastive/test/clip-embedder.ts';

const batch = (seed: number): never =>
  ({ query: randomView(2 * seed), key: randomView(2 * seed + 1) }) as never;
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
          const networks = embedderPair(rng.fork('networks'));
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
        const streams = {
          joint: embedderPair(rng.fork('joint')),
          motion: embedderPair(rng.fork('motion')),
        };
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
