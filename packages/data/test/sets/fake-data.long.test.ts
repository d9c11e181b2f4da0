import { describe } from 'vitest';
import { fakeNtuTest } from './fake-ntu.ts';

describe('writeFakeData', () => {
  fakeNtuTest('ntu120', ['xsub', 'xset'], 120);
});
