import { describe, expect, it } from 'vitest';
import { biGru, stGcn } from '@halp/encoders';
import { encoderConformance } from '@halp/encoders/conformance';
import type { Layout } from '@halp/skeleton';
import { functionsFor, type Wanted } from './conformance-functions.ts';

/** The conformance suite on a BiGRU. */
export function biGruConformance(): void {
  encoderConformance(
    {
      name: 'biGru',
      make: (rng) => biGru({ joints: 5, hidden: 4, layers: 2 }, rng),
      clips: { channels: 3, joints: 5, persons: 2, frames: 6 },
      personOrder: 'sensitive',
    },
    { describe, it, expect },
  );
}

/** The selected tests of the suite, on an ST-GCN of ten blocks. */
export function stGcnConformance(layout: Layout, wanted: Wanted): void {
  encoderConformance(
    {
      name: 'stGcn',
      make: (rng) => stGcn({ layout, width: 4, features: 10 }, rng),
      clips: { channels: 3, joints: layout.joints.length, persons: 2, frames: 8 },
      personOrder: 'invariant',
    },
    functionsFor(wanted),
  );
}
