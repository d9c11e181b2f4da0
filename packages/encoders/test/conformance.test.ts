import { biGru, stGcn } from '@halp/encoders';
import { encoderConformance } from '@halp/encoders/conformance';
import { kinectV2 } from '@halp/skeleton';
import { onEachBackend } from '@halp/testing';
import { describe, expect, it } from 'vitest';

import { fourJoints } from './graph/four-joints.ts';

onEachBackend({ webgpu: true }, (backend) => {
  encoderConformance(
    {
      name: 'biGru',
      make: (rng) => biGru({ joints: 5, hidden: 4, layers: 2 }, rng),
      clips: { channels: 3, joints: 5, persons: 2, frames: 6 },
      personOrder: 'sensitive',
    },
    { describe, it, expect },
  );
  // SwiftShader takes about a millisecond for an operation, and there are 330 in a pass: fewer joints, and its gradients
  // are compared with another backend's (`backends-agree.test.ts`) instead of with hundreds of passes.
  const slow = backend === 'webgpu';
  const layout = slow ? fourJoints : kinectV2;
  encoderConformance(
    {
      name: 'stGcn',
      make: (rng) => stGcn({ layout, width: 4, features: 10 }, rng),
      clips: { channels: 3, joints: layout.joints.length, persons: 2, frames: 8 },
      personOrder: 'invariant',
    },
    {
      ...{ describe, expect },
      it: (name, body) => it.skipIf(slow && name.includes('central differences'))(name, body),
    },
  );
});
