import { onEachBackend } from '@halp/testing';
import { describe } from 'vitest';

import { trajectoryTest } from './trajectory-case.ts';

describe('24 training steps', () => {
  onEachBackend(trajectoryTest);
});
