import { describe, expect, it } from 'vitest';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { exemplarRows, ntu120OneShotExemplars, oneShot } from '../../src/index.ts';
import { features } from '../arrays.ts';

/** Classes 1, 4 and 7 are novel, with exemplars in rows 6, 0 and 3; the rest is of class 2. */
const all = features(
  [[0, 1], [0.1, 1], [1, 0.1], [1, 0], [1, 1], [-1, 0.4], [-1, 0], [5, 5]], // prettier-ignore
  [4, 4, 4, 7, 7, 1, 1, 2],
);
const exemplars = Int32Array.of(0, 3, 6);

describe('oneShot', () => {
  onEachBackend(() => {
    it('takes every other clip of the novel classes for that of the nearest exemplar', async () => {
      const result = await expectNoLeak(() => oneShot(all, exemplars, { classes: 9 }));
      expect([...result.rows]).toEqual([1, 2, 4, 5]);
      // [1, 1] is as near to the exemplars of 4 and 7: the smaller class.
      expect([...result.predictions]).toEqual([4, 7, 4, 1]);
      expectClose(
        result.scores.subarray(0, 3),
        [-0.1, 1, 0.1].map((x) => x / Math.sqrt(1.01)),
        {
          absolute: 1e-6,
        },
      );
      expect(result.evaluation).toMatchObject({
        protocol: 'one-shot',
        accuracy: 1 / 2,
        classes: ['1', '4', '7'],
        counts: { train: 3, validation: 0, test: 4, correct: 2 },
        confusion: [
          [1, 0, 0],
          [0, 1, 1],
          [0, 1, 0],
        ],
        settings: { metric: 'cosine', ways: 3 },
      });
    });

    it('refuses exemplars that are no rows or of one class, and nothing to recognise', async () => {
      const run = (rows: number[], given = all) =>
        oneShot(given, Int32Array.from(rows), { classes: 9 });
      await expect(run([0, 8])).rejects.toThrow('to be rows of 8, at least one, got 8');
      await expect(run([])).rejects.toThrow('got none');
      await expect(run([0, 1])).rejects.toThrow('got two of class 4');
      await expect(run([7])).rejects.toThrow('other clips than exemplars, got none');
    });
  });
});

describe('the exemplars of NTU RGB+D 120', () => {
  it('are one clip of each novel class A1, A7, ..., A115', () => {
    expect(ntu120OneShotExemplars).toHaveLength(20);
    expect(ntu120OneShotExemplars.slice(0, 2)).toEqual([
      'S001C003P008R001A001',
      'S001C003P008R001A007',
    ]);
    expect(ntu120OneShotExemplars.slice(9, 11)).toEqual([
      'S001C003P008R001A055',
      'S018C003P008R001A061',
    ]);
    expect(ntu120OneShotExemplars[19]).toBe('S018C003P008R001A115');
  });

  it('are found by name, and only where each is there once', () => {
    expect([...exemplarRows(['a', 'b', 'c'], ['c', 'a'])]).toEqual([2, 0]);
    expect(() => exemplarRows(['a'], ['b'])).toThrow('got b not among 1');
    expect(() => exemplarRows(['a', 'a'], ['a'])).toThrow('got a twice among 2');
  });
});
