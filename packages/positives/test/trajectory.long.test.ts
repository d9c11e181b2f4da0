import { describe } from 'vitest';
import { onBackend } from '@halp/testing';
import { trajectoryTest } from './trajectory-case.ts';

// Takes a minute on SwiftShader.
describe('24 training steps', () => {
  onBackend('webgpu', trajectoryTest);
});
