import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { objectiveConformance } from '@halp/nn/conformance';
import type { OwnObjective } from '@halp/recipes';
import { objective as distillation } from '../distillation.ts';
import { objective as mamp } from '../mamp.ts';
import { parts, views } from './small.ts';

beforeAll(() => startBackend());

/** The conformance suite on small networks. */
function conforms(name: string, make: OwnObjective, options: Record<string, number>): void {
  objectiveConformance(
    {
      name,
      make(rng) {
        const given = parts(rng, 1);
        const objective = make(options, given, rng.fork('objective'));
        return {
          objective,
          dispose() {
            objective.dispose();
            given.dispose();
          },
        };
      },
      batch: views,
    },
    { describe, it, expect },
  );
}

conforms('MAMP', mamp, { maskRatio: 0.5, decoderWidth: 4, decoderHeads: 2 });
conforms('masked self-distillation', distillation, { averagedBlocks: 1, momentumSteps: 3 });
