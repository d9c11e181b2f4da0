import { describe } from 'vitest';
import { onBackend } from '@halp/testing';
import { authorsProbeTest } from './authors-probe.ts';

describe('linearProbe', () => {
  onBackend('webgpu', authorsProbeTest);
});
