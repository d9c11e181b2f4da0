import { describe } from 'vitest';
import { onBackend } from '@halp/testing';
import { goldenStreamsTest } from './golden-streams-case.ts';

describe('one step of CMD with HaLP in three streams', () => {
  onBackend('webgpu', goldenStreamsTest);
});
