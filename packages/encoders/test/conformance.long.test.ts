import { kinectV2 } from '@halp/skeleton';
import { onBackend, onEachBackend } from '@halp/testing';
import { biGruConformance, stGcnConformance } from './conformance-cases.ts';
import { centralDifferences, withoutCentralDifferences } from './conformance-functions.ts';
import { fourJoints } from './graph/four-joints.ts';

onEachBackend(() => {
  stGcnConformance(kinectV2, centralDifferences);
});

onBackend('webgpu', () => {
  biGruConformance();
  // SwiftShader needs about 1 ms per operation, and a pass has 330. So this uses fewer joints, and gradients are
  // compared with another backend (`backends-agree.long.test.ts`) instead of with hundreds of forward passes.
  stGcnConformance(fourJoints, withoutCentralDifferences);
});
