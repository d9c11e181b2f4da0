import type { Encoder } from '@halp/encoders';
import { encoderConformance } from '@halp/encoders/conformance';
import type { Random } from '@halp/random';
import { adjacency } from '@halp/skeleton';
import { ctrBlock } from '../../src/graph/ctr-gcn-block.ts';
import { graphNetwork } from '../../src/graph/graph-network.ts';
import { functionsFor, type Wanted } from '../conformance-functions.ts';
import { awake, fourJoints } from './four-joints.ts';

const twoBlocks = (rng: Random): Encoder =>
  awake(
    graphNetwork(
      {
        caller: 'ctrGcn',
        joints: 4,
        persons: 2,
        channels: 3,
        statisticsShared: 'nothing',
        nameOf: (i) => `l${i + 1}`,
        plan: [
          { outputs: 8, stride: 1 },
          { outputs: 16, stride: 2 },
        ],
        block: (sizes, fork) =>
          ctrBlock({ ...sizes, graph: adjacency(fourJoints, 'uniform'), kernel: 3 }, fork),
      },
      rng,
    ),
    /gcn1\.bn\.weight|alpha|data_bn/,
  );

/** The selected tests of the conformance suite, on a small network. */
export function twoBlocksConformance(backend: string, wanted: Wanted): void {
  encoderConformance(
    {
      name: `ctrGcn of two blocks on ${backend}`,
      make: twoBlocks,
      clips: { channels: 3, joints: 4, persons: 2, frames: 6 },
      personOrder: 'sensitive',
    },
    functionsFor(wanted),
  );
}
