import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { dataSets, planNtu, planPku, writeFakeData, type Plan } from '../../src/node.ts';
import { readPku } from '../../src/formats/pku/plan.ts';
import { temporaryFolder } from '../helpers.ts';

const path = temporaryFolder();

/** The clips of each part of each benchmark, and how many classes they are of. */
function counts(plan: Plan): Record<string, readonly [number, number]> {
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

describe('writeFakeData', () => {
  it.each([
    ['ntu60', ['xsub', 'xview'], 60],
    ['ntu120', ['xsub', 'xset'], 120],
  ] as const)(
    'writes files of %s: every class in both parts of every split',
    async (set, splits, classes) => {
      expect(await writeFakeData(set, { out: path(set) })).toBe(4 * classes);
      const plan = await planNtu({ set, raw: path(set), missing: [] });
      expect(plan.benchmarks).toEqual(splits);
      expect(Object.values(counts(plan))).toEqual(Array(4).fill([2 * classes, classes]));
      expect(plan.problems).toEqual([]);
    },
  );

  it('writes files of pkummd2: videos of several actions that the reader reads', async () => {
    await writeFakeData('pkummd2', { out: path('pku') });
    const plan = await planPku({ raw: path('pku'), phase: 2 });
    expect(Object.values(counts(plan))).toEqual(Array(4).fill([102, 51]));
    const [source] = plan.sources;
    if (source === undefined) throw new Error('expected a video');
    const clips = await readPku(source, plan);
    expect(clips.length).toBe(source.clips.length);
    for (const clip of clips) expect(clip).toHaveProperty('frames');
  });

  it('leaves a folder alone in which there is something', async () => {
    await mkdir(path('full'));
    await writeFile(path('full/mine'), 'x');
    const names = dataSets.filter(({ canFake }) => canFake).map(({ name }) => name);
    expect(names).toEqual(['ntu60', 'ntu120', 'pkummd2']);
    for (const name of names) {
      await expect(writeFakeData(name, { out: path('full') })).rejects.toThrow(
        'a new or empty folder',
      );
    }
    expect(await readdir(path('full'))).toEqual(['mine']);
  });
});
