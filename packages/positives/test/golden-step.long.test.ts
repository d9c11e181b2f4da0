import { describe } from 'vitest';
import { onBackend } from '@halp/testing';
import { goldenStepTest } from './golden-step-case.ts';

describe('one step of MoCo with HaLP', () => {
  onBackend('webgpu', () => {
    for (const stream of ['joint', 'motion', 'bone'] as const) goldenStepTest(stream);
  });
});
