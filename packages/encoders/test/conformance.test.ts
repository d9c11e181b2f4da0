import { biGru, stGcn } from '@halp/encoders';
import { encoderConformance } from '@halp/encoders/conformance';
import { kinectV2 } from '@halp/skeleton';
import { onEachBackend } from '@halp/testing';
import { describe, expect, it } from 'vitest';

onEachBackend(() => {
  encoderConformance(
    {
      name: 'biGru',
      make: (rng) => biGru({ joints: 5, hidden: 4, layers: 2 }, rng),
      clips: { channels: 3, joints: 5, persons: 2, frames: 6 },
      personOrder: 'sensitive',
    },
    { describe, it, expect },
  );
  encoderConformance(
    {
      name: 'stGcn',
      make: (rng) => stGcn({ layout: kinectV2, width: 4, features: 10 }, rng),
      clips: { channels: 3, joints: 25, persons: 2, frames: 8 },
      personOrder: 'invariant',
    },
    { describe, it, expect },
  );
});
