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
  // SwiftShader takes about a millisecond for an operation, and there are 330 in a pass: fewer joints, and its gradients
  // are compared with another backend's (`backends-agree.long.test.ts`) instead of with hundreds of passes.
  stGcnConformance(fourJoints, withoutCentralDifferences);
});
