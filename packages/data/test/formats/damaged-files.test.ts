import { describe } from 'vitest';
import { damagedFilesTests } from './damaged-files.ts';

describe('damaged files', { timeout: 3_600_000 }, () => {
  damagedFilesTests();
});
