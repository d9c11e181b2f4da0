import type { agcn } from '@halp/encoders';
import { encoderConformance } from '@halp/encoders/conformance';
import type { Random } from '@halp/random';
import { adjacency } from '@halp/skeleton';
import { agcnBlock } from '../../src/graph/agcn-block.ts';
import { graphNetwork } from '../../src/graph/graph-network.ts';
import { functionsFor, type Wanted } from '../conformance-functions.ts';
import { awake, fourJoints, withoutEffect } from './four-joints.ts';

const threeBlocks = (rng: Random): ReturnType<typeof agcn> =>
  awake(
    graphNetwork(
      {
        caller: 'agcn',
        joints: 4,
        persons: 2,
        channels: 3,
        statisticsShared: 'nothing',
        nameOf: (i) => `l${i + 1}`,
        plan: [
          { outputs: 8, stride: 1 },
          { outputs: 16, stride: 2 },
          { outputs: 16, stride: 1 },
        ],
        block: (sizes, fork) =>
          agcnBlock({ ...sizes, graph: adjacency(fourJoints, 'uniform'), kernel: 3 }, fork),
      },
      rng,
    ),
    /gcn1\.bn\.weight|data_bn/,
  );

/** The selected tests of the conformance suite, on a small network. */
export function threeBlocksConformance(backend: string, wanted: Wanted): void {
  encoderConformance(
    {
      name: `agcn of three blocks on ${backend}`,
      // The softmax cancels the biases of θ.
      make: (rng) => withoutEffect(threeBlocks(rng), /conv_a\.\d\.bias/),
      clips: { channels: 3, joints: 4, persons: 2, frames: 6 },
      personOrder: 'sensitive',
    },
    functionsFor(wanted),
  );
}
