import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Plan, prepare } from '../../src/node.ts';
import { temporaryFolder } from '../helpers.ts';
import { rawSets } from '../raw-sets.ts';

const path = temporaryFolder();
const { ntuFolder, pkuFolder, uclaFolder, utdFolder, kineticsFolder, arrayFolder, ownFolder } =
  rawSets(path);

/** Every format with clips in a folder, and a file of it that holds a single clip. */
const formats: readonly (readonly [what: string, plan: () => Promise<Plan>, file: string])[] = [
  ['NTU RGB+D', ntuFolder, 'S001C001P001R001A002.skeleton'],
  ['PKU-MMD', () => pkuFolder('1,0,5,2\n'), 'Data/A01N01-R.txt'],
  ['NW-UCLA', uclaFolder, 'a01_s01_e01_v02.json'],
  ['UTD-MHAD', utdFolder, 'a1_s3_t1_skeleton.mat'],
  ['Kinetics-skeleton', kineticsFolder, 'kinetics_train/b.json'],
  ['arrays', () => arrayFolder([0, 1, 0]), ''],
  ['clips of your own', ownFolder, 'b.csv'],
];

const clipsOf = (plan: Plan): readonly unknown[] => plan.sources.flatMap(({ clips }) => clips);

/** Puts links in place of every file, of each folder in `raw`, and of `raw`; and adds a cyclic link. */
async function linkAll(): Promise<void> {
  const raw = path('raw');
  const entries = await readdir(raw, { recursive: true, withFileTypes: true });
  await mkdir(path('files'));
  for (const [i, entry] of entries.filter((each) => each.isFile()).entries()) {
    const file = join(entry.parentPath, entry.name);
    await rename(file, path('files', String(i)));
    await symlink(path('files', String(i)), file);
  }
  for (const entry of entries.filter((each) => each.isDirectory() && each.parentPath === raw)) {
    await rename(path('raw', entry.name), path(`moved ${entry.name}`));
    await symlink(path(`moved ${entry.name}`), path('raw', entry.name));
  }
  await rename(raw, path('disk'));
  await symlink(path('disk'), raw);
  await symlink(path('disk'), path('disk', 'loop'));
}

describe('a raw folder made of links', () => {
  it.each(formats)('gives the same clips in %s, each once', async (_, plan) => {
    const before = await plan();
    await linkAll();
    // The writers write through the links: the same files again.
    const after = await plan();
    expect(clipsOf(after)).toEqual(clipsOf(before));
    const prepared = await prepare(after, { out: path('out'), workers: 0 });
    expect(prepared.skipped).toEqual([]);
  });
});

// Windows has neither.
describe.skipIf(process.platform === 'win32')('what is no regular file', () => {
  const kinds = [
    ['a FIFO', (at: string): unknown => execFileSync('mkfifo', [at])],
    ['a device', (at: string): unknown => symlink('/dev/zero', at)],
  ] as const;
  const each = formats.filter(([, , file]) => file !== '');
  for (const [got, put] of kinds) {
    it.each(each)(
      `such as ${got} is one clip that is skipped in %s`,
      async (_, make, file) => {
        const plan = await make();
        await rm(path('raw', file));
        await mkdir(dirname(path('raw', file)), { recursive: true });
        await put(path('raw', file));
        const prepared = await prepare(plan, { out: path('out'), workers: 0 });
        expect(prepared.skipped.map((skipped) => skipped.file)).toEqual([path('raw', file)]);
        expect(prepared.skipped[0]?.reason).toContain(`a regular file, got ${got}`);
      },
      20_000,
    );
  }
});
