import { describe } from 'vitest';
import { onEachBackend } from '@halp/testing';
import { trajectoryTest } from './trajectory-case.ts';

describe('24 training steps', () => {
  onEachBackend(trajectoryTest);
});
