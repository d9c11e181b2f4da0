import { describe, expect, it } from 'vitest';
import type { SelectionRule } from '../../src/metrics/evaluation.ts';
import { type CheckAccuracy, isBetter } from '../../src/probe/training-options.ts';

/** The check that a rule selects, from several in order. */
function kept(checks: readonly CheckAccuracy[], rule: SelectionRule): number {
  let best: CheckAccuracy | undefined;
  for (const check of checks) if (isBetter(check, best, rule)) best = check;
  return checks.indexOf(best as CheckAccuracy);
}

describe('the epoch that a rule selects', () => {
  const checks: readonly CheckAccuracy[] = [
    { test: 0.2, validation: 0.7 },
    { test: 0.6, validation: 0.8 },
    { test: 0.6, validation: 0.8 },
    { test: 0.5, validation: 0.8 },
    { test: 0.6, validation: 0.1 },
  ];

  it('is the first of several with equal accuracy', () => {
    expect(kept(checks, 'best-test-epoch')).toBe(1);
    expect(kept(checks, 'validation')).toBe(1);
  });

  it('is always the last one under last-epoch', () => {
    expect(kept(checks, 'last-epoch')).toBe(4);
  });

  it('is a later one only if its accuracy is higher by the rule', () => {
    const better = [...checks, { test: 0.61, validation: 0.79 }];
    expect(kept(better, 'best-test-epoch')).toBe(5);
    expect(kept(better, 'validation')).toBe(1);
  });
});
