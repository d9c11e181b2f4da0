import { describe, expect, it } from 'vitest';
import { expectClose } from '@halp/testing';
import { fuseFeatures, fuseScores } from '../../src/index.ts';
import { features } from '../arrays.ts';

const joint = Float32Array.of(1, 0, 2, 0);
const bone = Float32Array.of(0, 1, 0, 8);

describe('fuseScores', () => {
  it('sums scores with their weights', () => {
    const parts = [{ scores: joint }, { scores: bone, weight: 0.5 }];
    expect([...fuseScores(parts, { classes: 2, of: 'scores' })]).toEqual([1, 0.5, 2, 4]);
  });

  it('refuses an unknown value of `of`, such as a misspelling in JavaScript', () => {
    const run = (of: unknown) => () =>
      fuseScores([{ scores: joint }, { scores: bone }], { classes: 2, of: of as 'scores' });
    const message = 'fuseScores: expected of among scores, probabilities, got ';
    expect(run('probability')).toThrow(`${message}'probability'`);
    expect(run(undefined)).toThrow(`${message}undefined`);
  });

  it('sums probabilities, so that the scale of a stream does not matter', () => {
    const parts = [{ scores: joint, weight: 2 }, { scores: bone }];
    const p = (d: number) => 1 / (1 + Math.exp(-d));
    expectClose(
      fuseScores(parts, { classes: 2, of: 'probabilities' }),
      [2 * p(1) + p(-1), 2 * p(-1) + p(1), 2 * p(2) + p(-8), 2 * p(-2) + p(8)],
      { relative: 1e-6 },
    );
    const large = fuseScores([{ scores: Float32Array.of(1000, 999) }], {
      classes: 2,
      of: 'probabilities',
    });
    expectClose(large, [p(1), p(-1)], { relative: 1e-6 });
  });

  it('refuses weights and scores that do not fit', () => {
    const run = (parts: Parameters<typeof fuseScores>[0]) => () =>
      fuseScores(parts, { classes: 2, of: 'scores' });
    expect(run([])).toThrow(
      'expected finite weights of at least 0, one of them positive, got no part',
    );
    expect(run([{ scores: joint, weight: 0 }])).toThrow('got 0');
    expect(run([{ scores: joint, weight: -1 }])).toThrow('got -1');
    expect(run([{ scores: joint }, { scores: bone.subarray(2) }])).toThrow('got 4 and 2 values');
    expect(run([{ scores: Float32Array.of(1, 2, 3) }])).toThrow('got 3 values for 2 classes');
    expect(run([{ scores: Float32Array.of(Infinity, 0) }])).toThrow('got Infinity');
  });
});

describe('fuseFeatures', () => {
  const a = features([[2, 0], [0, 4]], [3, 1]); // prettier-ignore
  const b = features([[0, 6], [8, 0]], [3, 1]); // prettier-ignore

  it('averages with weights, rows as they are or scaled to unit length', () => {
    const run = (weight: number, unit: boolean) =>
      fuseFeatures([{ features: a }, { features: b, weight }], { how: 'mean', unit });
    expect([...run(1, false).features]).toEqual([1, 3, 4, 2]);
    expect([...run(3, false).features]).toEqual([0.5, 4.5, 6, 1]);
    expect([...run(1, true).features]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect([...run(1, true).labels]).toEqual([3, 1]);
  });

  it('concatenates parts of any size', () => {
    const c = features([[7], [9]], [3, 1]); // prettier-ignore
    const { features: fused } = fuseFeatures([{ features: a }, { features: c, weight: 2 }], {
      how: 'concatenation',
    });
    expect([...fused]).toEqual([2, 0, 14, 0, 4, 18]);
  });

  it('refuses parts of different clips, different sizes for the mean, and no parts', () => {
    const other = { ...b, labels: Int32Array.of(1, 3) };
    const run = (parts: Parameters<typeof fuseFeatures>[0]) => () =>
      fuseFeatures(parts, { how: 'mean' });
    expect(run([{ features: a }, { features: other }])).toThrow('of the same clips');
    const c = features([[7], [9]], [3, 1]); // prettier-ignore
    expect(run([{ features: a }, { features: c }])).toThrow('to have 2 features');
    expect(run([])).toThrow('got no part');
    const zero = features([[0, 0], [1, 1]], [3, 1]); // prettier-ignore
    expect(() => fuseFeatures([{ features: zero }], { how: 'mean', unit: true })).toThrow(
      'zero vector in row 0',
    );
  });
});
