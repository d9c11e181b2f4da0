import { describe } from 'vitest';
import { onEachBackend } from '@halp/testing';
import { goldenStepTest } from './golden-step-case.ts';

describe('one step of MoCo with HaLP', () => {
  onEachBackend(() => {
    for (const stream of ['joint', 'motion', 'bone'] as const) goldenStepTest(stream);
  });
  // WebGPU is tested in the long lane.
});
