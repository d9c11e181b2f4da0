import { onBackend } from '@halp/testing';
import { fourJoints } from '../graph/four-joints.ts';
import { skeletonTransformerConformance } from './conformance-case.ts';

// Operations are slow on SwiftShader, so this uses fewer joints and one block.
onBackend('webgpu', () => {
  skeletonTransformerConformance(fourJoints, 1);
});
