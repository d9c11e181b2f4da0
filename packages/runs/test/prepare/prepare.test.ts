import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepare } from '../../src/prepare/prepare.ts';
import { collectedOutput } from '../helpers.ts';

let folder = '';
const at = (...names: readonly string[]): string => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halp-cli-prepare-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Files of NTU's form in which nobody is seen. */
function writeEmpty(...names: readonly string[]): void {
  mkdirSync(at('raw'), { recursive: true });
  for (const name of names) writeFileSync(at('raw', `${name}.skeleton`), '2\n0\n0\n');
}

describe('prepare', () => {
  it('passes over the headings of a list of missing samples, and counts them and clips of nobody', async () => {
    writeEmpty('S001C001P001R001A001', 'S001C001P001R001A002', 'S001C001P003R001A001');
    const list = at('missing.txt');
    writeFileSync(
      list,
      '\ufeff302 recordings of the set lack skeletons.\r\nLeave them out.\r\n\r\ns001c001p001r001a002.skeleton\r\n',
    );
    const output = collectedOutput();
    const command = { name: 'ntu60', raw: [at('raw')], out: at('out'), missingList: list } as const;
    await prepare({ ...command, benchmarks: ['xsub'] }, output);
    const lines = output.lines.join('\n');
    expect(lines).toContain(
      `${list}: 1 name; passed over 2 lines that are none, the first: 302 recordings`,
    );
    expect(lines).toContain('left out: 1 files, on the list of missing skeletons');
    expect(lines).toContain('2 clips hold nobody');
    expect(lines.match(/classes without a clip/g)).toHaveLength(1);
    expect(lines).toContain(
      'note: classes without a clip: 59 of 60 in xsub train, xsub test (eat meal/snack, ',
    );
    const labels = readFileSync(at('out', 'xsub', 'train_name.json'), 'utf8');
    expect(labels).not.toContain('A002');
  });

  it('refuses a list without names, and shows its first line', async () => {
    writeEmpty('S001C001P001R001A001');
    writeFileSync(at('list.txt'), 'no names here\n');
    const command = { name: 'ntu60', raw: [at('raw')], out: at('out') } as const;
    await expect(
      prepare({ ...command, missingList: at('list.txt') }, collectedOutput()),
    ).rejects.toThrow(
      `prepare: expected names like S001C001P001R001A001 in ${at('list.txt')}, got no names here`,
    );
  });

  it.each([
    ['own', { channels: 'xy-score' }, '--channels for arrays only, got xy-score'],
    ['pyskl', { channels: 'xyz' }, '--channels for arrays only, got xyz'],
    ['nw-ucla', { layout: 'coco-17' }, '--layout for arrays only, got coco-17'],
    ['own', { labelsFrom: 1 }, '--labels-from for pyskl, arrays only, got 1'],
    ['ntu60', { asName: 'mine' }, '--as-name for pyskl, arrays only, got mine'],
    [
      'utd-mhad',
      { missingList: 'list.txt' },
      '--missing-list for ntu60, ntu120 only, got list.txt',
    ],
    ['ntu60', { labels: 'Label' }, '--labels for pkummd1, pkummd2 only, got Label'],
    ['kinetics', { splits: 'Split' }, '--splits for pkummd1, pkummd2 only, got Split'],
    ['own', { seed: 1 }, '--seed for synthetic only, got 1'],
    ['own', { size: { performers: 2 } }, '--performers for synthetic only, got 2'],
    ['own', { size: { replications: 1 } }, '--replications for synthetic only, got 1'],
  ] as const)(
    'refuses what would change nothing of %s, before anything is read: %o',
    async (name, options, message) => {
      const command = { name, raw: [at('nothing')], out: at('out'), ...options };
      await expect(prepare(command, collectedOutput())).rejects.toThrow(
        `prepare ${name}: expected ${message}`,
      );
    },
  );
});
