import { describe } from 'vitest';
import { agreementTest } from './numerals.ts';

describe('NumeralReader', () => {
  agreementTest(1_000_000);
});
