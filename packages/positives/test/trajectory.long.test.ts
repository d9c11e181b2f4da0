import { onBackend } from '@halp/testing';
import { describe } from 'vitest';

import { trajectoryTest } from './trajectory-case.ts';

// A minute on SwiftShader.
describe('24 training steps', () => {
  onBackend('webgpu', trajectoryTest);
});
