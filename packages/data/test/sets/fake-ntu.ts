import { expect, it } from 'vitest';
import { type Plan, planNtu, writeFakeData } from '../../src/node.ts';
import { temporaryFolder } from '../helpers.ts';

/** The clips of each part of each benchmark, and how many classes they are of. */
export function counts(plan: Plan): Record<string, readonly [number, number]> {
  const clips = plan.sources.flatMap((source) => source.clips);
  return Object.fromEntries(
    plan.benchmarks.flatMap((benchmark) =>
      (['train', 'test'] as const).map((part) => {
        const own = clips.filter(({ parts }) => parts[benchmark] === part);
        return [`${benchmark} ${part}`, [own.length, new Set(own.map(({ label }) => label)).size]];
      }),
    ),
  );
}

/** Declares the test of made-up files of NTU RGB+D. */
export function fakeNtuTest(
  set: 'ntu60' | 'ntu120',
  splits: readonly string[],
  classes: number,
): void {
  const path = temporaryFolder();

  it(`writes files of ${set}: every class in both parts of every split`, async () => {
    expect(await writeFakeData(set, { out: path(set) })).toBe(4 * classes);
    const plan = await planNtu({ set, raw: path(set), missing: [] });
    expect(plan.benchmarks).toEqual(splits);
    expect(Object.values(counts(plan))).toEqual(Array(4).fill([2 * classes, classes]));
    expect(plan.problems).toEqual([]);
  });
}
