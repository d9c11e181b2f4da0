import { describe, expect, it } from 'vitest';
import { learningRateAt } from '@halp/nn';

describe('learningRateAt', () => {
  it('drops by the factor at each milestone, counted from epoch 0', () => {
    const schedule = { kind: 'step', rate: 0.01, milestones: [3, 5], factor: 0.1 } as const;
    const rates = [0, 2, 3, 4, 5, 100].map((epoch) => learningRateAt(schedule, epoch));
    [0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001].forEach((rate, i) => {
      expect(rates[i]).toBeCloseTo(rate, 12);
    });
  });

  it('is constant for kind constant', () => {
    expect(learningRateAt({ kind: 'constant', rate: 0.3 }, 7)).toBe(0.3);
  });

  it('falls along half a cosine after the warm-up, and stays at its final rate', () => {
    const schedule = { kind: 'cosine', rate: 0.4, epochs: 10, final: 0.2, warmUp: 2 } as const;
    const rates = [0, 1, 2, 6, 10, 50].map((epoch) => learningRateAt(schedule, epoch));
    const expected = [0.4 / 3, 0.8 / 3, 0.4, 0.3, 0.2, 0.2];
    expected.forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
    const plain = { kind: 'cosine', rate: 1, epochs: 4 } as const;
    expect(learningRateAt(plain, 1)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12);
  });

  it('rejects invalid schedules and epochs', () => {
    const step = { kind: 'step', rate: 0.1, milestones: [5, 3], factor: 0.1 } as const;
    expect(() => learningRateAt(step, 0)).toThrow('ascending milestones, got 5, 3');
    expect(() => learningRateAt({ ...step, milestones: [], factor: 0 }, 0)).toThrow('got 0');
    expect(() => learningRateAt({ kind: 'constant', rate: 0 }, 0)).toThrow('positive rate, got 0');
    expect(() => learningRateAt({ kind: 'constant', rate: 1 }, -1)).toThrow('got -1');
    const cosine = { kind: 'cosine', rate: 1, epochs: 3 } as const;
    expect(() => learningRateAt({ ...cosine, warmUp: 3 }, 0)).toThrow(
      'more epochs than the warm-up, got 3',
    );
    expect(() => learningRateAt({ ...cosine, final: 2 }, 0)).toThrow('final rate in [0, 1], got 2');
  });
});
