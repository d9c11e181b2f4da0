import { describe, expect, it } from 'vitest';
import { skeletonTransformer } from '@halp/encoders';
import { encoderConformance } from '@halp/encoders/conformance';
import type { Layout } from '@halp/skeleton';

/** The conformance suite on a small transformer with the given number of blocks. */
export function skeletonTransformerConformance(layout: Layout, depth: number): void {
  encoderConformance(
    {
      name: 'skeletonTransformer',
      make: (rng) =>
        skeletonTransformer({ layout, frames: 8, segment: 2, width: 8, depth, heads: 2 }, rng),
      clips: { channels: 3, joints: layout.joints.length, persons: 2, frames: 8 },
      personOrder: 'invariant',
    },
    { describe, it, expect },
  );
}
