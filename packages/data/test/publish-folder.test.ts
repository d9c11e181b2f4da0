import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishFolder } from '../src/publish-folder.ts';
import { messageOf, temporaryFolder } from './helpers.ts';

const path = temporaryFolder();
const hash = '0'.repeat(64);
const part = {
  clips: 1,
  clipsPerClass: [1],
  sha256: { data: hash, frames: hash, labels: hash, names: hash },
};
/** A dataset.json of a data set of that name. */
const manifest = (name: string): string =>
  JSON.stringify({
    ...{
      format: 'halp-dataset/1',
      name,
      layout: 'kinect-v1',
      classes: ['a'],
      persons: 1,
      frames: 1,
    },
    ...{
      normalisation: '',
      complete: false,
      tool: 'x',
      benchmarks: { b: { train: part, test: part } },
    },
  });

const fill = (text: string) => (folder: string) => writeFile(join(folder, 'file'), text);

describe('publishFolder', () => {
  it('makes the folder, and the folders above it', async () => {
    await publishFolder(path('a', 'b', 'out'), 'toy', fill('new'));
    expect(readFileSync(path('a', 'b', 'out', 'file'), 'utf8')).toBe('new');
    expect(readdirSync(path('a', 'b'))).toEqual(['out']);
  });

  it('takes an empty folder', async () => {
    await mkdir(path('out'));
    await publishFolder(path('out'), 'toy', fill('new'));
    expect(readFileSync(path('out', 'file'), 'utf8')).toBe('new');
  });

  it('replaces an earlier preparation of the same data set, as a whole', async () => {
    await mkdir(path('out'));
    await writeFile(path('out', 'dataset.json'), manifest('toy'));
    await writeFile(path('out', 'stale'), '');
    await publishFolder(path('out'), 'toy', fill('new'));
    expect(readdirSync(path('out'))).toEqual(['file']);
    expect(readdirSync(path())).toEqual(['out']);
  });

  it('leaves an earlier preparation as it was if the new one fails', async () => {
    await mkdir(path('out'));
    await writeFile(path('out', 'dataset.json'), manifest('toy'));
    const work = publishFolder(path('out'), 'toy', async (folder) => {
      await fill('half')(folder);
      throw new Error('disk full');
    });
    expect(await messageOf(work)).toBe('disk full');
    expect(readdirSync(path('out'))).toEqual(['dataset.json']);
    expect(readdirSync(path())).toEqual(['out']);
  });

  it('puts an earlier preparation back if the new one cannot take its place', async () => {
    await mkdir(path('out'));
    await writeFile(path('out', 'dataset.json'), manifest('toy'));
    const work = publishFolder(path('out'), 'toy', (folder) => rm(folder, { recursive: true }));
    expect(await messageOf(work)).toContain('ENOENT');
    expect(readdirSync(path('out'))).toEqual(['dataset.json']);
    expect(readdirSync(path())).toEqual(['out']);
  });

  it('leaves nothing behind if the first preparation fails', async () => {
    const work = publishFolder(path('out'), 'toy', () => Promise.reject(new Error('stopped')));
    expect(await messageOf(work)).toBe('stopped');
    expect(readdirSync(path())).toEqual([]);
  });

  it.each([
    ['another data set', manifest('other'), 'with the data set other in it; choose another folder'],
    ['a dataset.json of something else', '{}', 'with other files in it; choose another folder'],
  ])('refuses a folder with %s', async (_, text, message) => {
    await mkdir(path('out'));
    await writeFile(path('out', 'dataset.json'), text);
    const work = publishFolder(path('out'), 'toy', fill('new'));
    expect(await messageOf(work)).toBe(
      `prepare: expected a new or empty folder, got ${path('out')} ${message}`,
    );
    expect(readFileSync(path('out', 'dataset.json'), 'utf8')).toBe(text);
  });

  it('refuses a folder with other files, and a file', async () => {
    await writeFile(path('thesis.txt'), 'years of work');
    expect(await messageOf(publishFolder(path(), 'toy', fill('new')))).toContain(
      'with other files',
    );
    expect(await messageOf(publishFolder(path('thesis.txt'), 'toy', fill('new')))).toContain(
      `got the file ${path('thesis.txt')}`,
    );
    expect(existsSync(path('thesis.txt'))).toBe(true);
  });

  it('replaces nothing for a folder that is no data set', async () => {
    await mkdir(path('out'));
    await writeFile(path('out', 'dataset.json'), manifest('toy'));
    const work = publishFolder(path('out'), undefined, fill('new'));
    expect(await messageOf(work)).toContain('with the data set toy in it');
  });
});
