import { describe } from 'vitest';
import { onBackend } from '@halp/testing';
import { GRU_STACKS, gruStackTests } from './fused-cases.ts';

describe('the kernels of a backend', () => {
  onBackend('webgpu', () => {
    // The last three would take SwiftShader many minutes.
    gruStackTests(GRU_STACKS.slice(1, 4));
  });
});
