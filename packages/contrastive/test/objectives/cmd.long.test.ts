import { describe } from 'vitest';
import { onBackend } from '@halp/testing';
import { authorsStepTest } from './cmd-case.ts';

describe('one step of CMD', () => {
  onBackend('webgpu', authorsStepTest);
});
