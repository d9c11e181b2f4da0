import { onBackend } from '@halp/testing';
import { fourJoints } from '../graph/four-joints.ts';
import { skeletonTransformerConformance } from './conformance-case.ts';

// On SwiftShader every operation takes long: fewer joints and one block.
onBackend('webgpu', () => {
  skeletonTransformerConformance(fourJoints, 1);
});
