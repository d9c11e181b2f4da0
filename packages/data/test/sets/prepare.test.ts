import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataSetName, prepare } from '../../src/node.ts';

let folder = '';
const at = (...names: readonly string[]): string => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halp-prepare-set-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Files of NTU's form in which nobody is seen. */
function writeEmpty(...names: readonly string[]): void {
  mkdirSync(at('raw'), { recursive: true });
  for (const name of names) writeFileSync(at('raw', `${name}.skeleton`), '2\n0\n0\n');
}

describe('prepare', () => {
  it('refuses a list without names, and shows its first line', async () => {
    writeEmpty('S001C001P001R001A001');
    writeFileSync(at('list.txt'), 'no names here\n');
    const options = { raw: at('raw'), out: at('out'), missingList: at('list.txt') };
    await expect(prepare('ntu60', options)).rejects.toThrow(
      `prepare: expected names like S001C001P001R001A001 in ${at('list.txt')}, got no names here`,
    );
  });

  it('names the option with the raw files where it is missing or names too many', async () => {
    const out = at('out');
    await expect(prepare<DataSetName>('nw-ucla', { out } as never)).rejects.toThrow(
      'prepare nw-ucla: expected option raw (the folders of the raw files), got none',
    );
    await expect(prepare('own', { raw: ['a', 'b'], out })).rejects.toThrow(
      'prepare own: expected one path as option raw, got 2',
    );
  });

  it('refuses a misspelt option instead of ignoring it', async () => {
    const options = { out: at('out'), performrs: 2 };
    await expect(prepare('synthetic', options as never)).rejects.toThrow(
      "prepare: expected an option of synthetic among raw, out, benchmarks, workers, strict, saveEvery, onProgress, signal, seed, performers, replications, got 'performrs'; did you mean 'performers'?",
    );
    await expect(
      prepare('synthetic', { ...options, performrs: undefined, worker: 1 } as never),
    ).rejects.toThrow("did you mean 'workers'?");
  });

  it.each([
    ['own', { channels: 'xy-score' }, 'option channels for arrays only, got xy-score'],
    ['pyskl', { channels: 'xyz' }, 'option channels for arrays only, got xyz'],
    ['nw-ucla', { layout: 'coco-17' }, 'option layout for arrays only, got coco-17'],
    ['own', { labelsFrom: 1 }, 'option labelsFrom for arrays, pyskl only, got 1'],
    ['ntu60', { asName: 'mine' }, 'option asName for arrays, pyskl only, got mine'],
    [
      'utd-mhad',
      { missingList: 'list.txt' },
      'option missingList for ntu60, ntu120 only, got list.txt',
    ],
    ['ntu60', { labels: 'Label' }, 'option labels for pkummd1, pkummd2 only, got Label'],
    ['kinetics', { splits: 'Split' }, 'option splits for pkummd1, pkummd2 only, got Split'],
    ['own', { seed: 1 }, 'option seed for synthetic only, got 1'],
    ['own', { performers: 2 }, 'option performers for synthetic only, got 2'],
    ['own', { replications: 1 }, 'option replications for synthetic only, got 1'],
  ] as const)(
    'refuses an option without effect on %s, before anything is read: %o',
    async (name, options, message) => {
      const given = { raw: [at('nothing')], out: at('out'), ...options };
      await expect(prepare<DataSetName>(name, given)).rejects.toThrow(
        `prepare ${name}: expected ${message}`,
      );
    },
  );
});
