import { onBackend } from '@halp/testing';
import { describe } from 'vitest';
import { authorsProbeTest } from './authors-probe.ts';

describe('linearProbe', () => {
  onBackend('webgpu', authorsProbeTest);
});
