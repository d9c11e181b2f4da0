import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  aimclr,
  barlowTwins,
  byol,
  cmd,
  type CmdOptions,
  crossclr,
  type Embedder,
  mlp,
  moco,
  simclr,
  supCon,
  vicReg,
} from '@halp/contrastive';
import type { Objective } from '@halp/nn';
import { objectiveConformance, type ObjectiveOfSubject } from '@halp/nn/conformance';
import type { Random } from '@halp/random';
import { onBackend } from '@halp/testing';
import { embedderPair, randomView } from './clip-embedder.ts';

const batch = (seed: number): object => ({
  query: randomView(3 * seed),
  key: randomView(3 * seed + 1),
  extreme: randomView(3 * seed + 2),
  labels: tf.tensor1d([0, 0, 1, 1, 2, 2, 3, 3], 'int32'),
});

const sizes = { queueSize: 16, dimension: 4, momentum: 0.9 };
type Make = (
  networks: { query: Embedder; key: Embedder },
  rng: Random,
) => Objective<never> & { readonly also?: { dispose(): void } };
const objectives: Readonly<Record<string, Make>> = {
  moco: (networks, rng) => moco({ ...networks, ...sizes }, rng),
  aimclr: (networks, rng) => aimclr({ ...networks, ...sizes }, rng),
  simclr: ({ query }) => simclr({ network: query }),
  supCon: ({ query }) => supCon({ network: query }),
  barlowTwins: ({ query }) => barlowTwins({ network: query }),
  vicReg: ({ query }) => vicReg({ network: query }),
  byol: (networks, rng) => {
    const predictor = mlp({ inputs: 4, hidden: [5], outputs: 4 }, rng);
    return { ...byol({ ...networks, predictor }), also: predictor };
  },
};
/** A bias before a batch normalisation has no effect, and none that is added to both views if only differences count. */
const withoutEffect = (name: string): readonly string[] => [
  'encoder_q.0.bias',
  ...(['barlowTwins', 'vicReg', 'byol'].includes(name) ? ['encoder_q.3.bias'] : []),
  ...(name === 'byol' ? ['predictor.0.bias'] : []),
];

onBackend('wasm', () => {
  for (const [name, make] of Object.entries(objectives)) {
    objectiveConformance(
      {
        name,
        make: (rng): ObjectiveOfSubject<never> => {
          const networks = embedderPair(rng.fork('networks'));
          const objective = make(networks, rng.fork('objective'));
          return {
            objective,
            dispose() {
              objective.dispose();
              objective.also?.dispose();
              networks.query.dispose();
              networks.key.dispose();
            },
          };
        },
        batch: batch as (seed: number) => never,
        withoutEffect: withoutEffect(name),
        // The divergence from the extreme view is a constant target.
        stopsGradients: name === 'aimclr',
      },
      { describe, it, expect },
    );
  }

  type Streams = typeof sizes & Pick<CmdOptions<'joint' | 'motion'>, 'streams'>;
  const overStreams = {
    cmd: (options: Streams, rng: Random) => cmd({ ...options, topK: 8 }, rng),
    crossclr: (options: Streams, rng: Random) => crossclr({ ...options, neighbours: 2 }, rng),
  };
  for (const [name, make] of Object.entries(overStreams)) {
    objectiveConformance(
      {
        name,
        make: (rng): ObjectiveOfSubject<never> => {
          const streams = {
            joint: embedderPair(rng.fork('joint')),
            motion: embedderPair(rng.fork('motion')),
          };
          const objective = make(
            { streams, ...sizes },
            rng.fork('objective'),
          ) as unknown as Objective<never>;
          return {
            objective,
            dispose() {
              objective.dispose();
              for (const { query, key } of Object.values(streams)) {
                query.dispose();
                key.dispose();
              }
            },
          };
        },
        batch: batch as (seed: number) => never,
        withoutEffect: ['encoder_q.0.bias', 'encoder_q_motion.0.bias'],
        stopsGradients: name === 'cmd',
      },
      { describe, it, expect },
    );
  }
});
