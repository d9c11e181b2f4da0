import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FormatError } from '@halp/files';
import { filesBelow } from '../../disk/files-below.ts';
import { codeOf } from '../../disk/system-error.ts';
import { benchmarkName } from '../../prepared/benchmark-name.ts';
import { type Part, parts } from '../../prepared/manifest.ts';
import { isNpz } from './npz-part.ts';

/** The files of one part of one benchmark. */
export interface ArrayFiles {
  readonly benchmark: string;
  readonly part: Part;
  /** The `.npy` or `.npz` file of the joints. */
  readonly data: string;
  /** The label file; none beside a `.npz`. */
  readonly labels?: string | undefined;
  /** The file of the valid frames, if there is one. */
  readonly frames?: string | undefined;
}

const DATA = /^(train|val|test)_data(?:_joint)?\.npy$/;
/** What the names of archives end with, in the papers that brought them. */
const ENDINGS: Readonly<Record<string, string>> = {
  cs: 'xsub',
  csub: 'xsub',
  cv: 'xview',
  cview: 'xview',
  cset: 'xset',
  csetup: 'xset',
};

/**
 * The arrays in folders, their subfolders, and files: `train_data_joint.npy` (or `train_data.npy`) and
 * `val_…` or `test_…` with labels beside them, each folder a benchmark; and `.npz` archives, each a
 * benchmark.
 *
 * A folder is called after itself, `xsetup` xset; an archive after the end of its name: `NTU60_CS` xsub,
 * `NTU60_CV` xview, `NTU120_CSet` xset.
 *
 * @throws FormatError if there are none, a benchmark has not one file for each part, or labels are missing.
 */
export async function findArrays(raws: readonly string[]): Promise<readonly ArrayFiles[]> {
  const found: ArrayFiles[] = [];
  for (const raw of raws) {
    const paths = await filesIn(raw);
    for (const path of paths) {
      if (isNpz(path)) {
        for (const part of parts) found.push({ benchmark: archiveName(path), part, data: path });
      } else if (DATA.test(basename(path))) found.push(await inFolder(path, paths));
    }
  }
  const place = raws[0] ?? '';
  if (found.length === 0) {
    throw new FormatError(
      place,
      'expected .npz files or train_data_joint.npy and others, got none',
    );
  }
  for (const benchmark of new Set(found.map((files) => files.benchmark))) {
    for (const part of parts) {
      const here = found.filter((files) => files.benchmark === benchmark && files.part === part);
      if (here.length === 1) continue;
      const got = here.map(({ data }) => data).join(' and ') || 'none';
      throw new FormatError(place, `${benchmark}: expected one array to ${part}, got ${got}`);
    }
  }
  return found;
}

async function inFolder(data: string, paths: readonly string[]): Promise<ArrayFiles> {
  const folder = dirname(data);
  const word = DATA.exec(basename(data))?.[1] as string;
  const beside = (ending: string): string | undefined =>
    paths.find((path) => path === join(folder, `${word}${ending}`));
  // Only the pickle has the clips' names.
  const labels = beside('_label.pkl') ?? beside('_label.npy');
  if (labels === undefined) {
    throw new FormatError(
      data,
      `expected ${word}_label.pkl or ${word}_label.npy beside it, got none`,
    );
  }
  const frames = beside('_num_frame.npy');
  return {
    benchmark: benchmarkName(basename(folder)) ?? 'split',
    part: word === 'train' ? 'train' : 'test',
    data,
    labels,
    frames,
  };
}

function archiveName(path: string): string {
  const name = benchmarkName(basename(path).replace(/\.npz$/i, '')) ?? 'split';
  const ending = name.slice(name.lastIndexOf('-') + 1);
  return ENDINGS[ending] ?? benchmarkName(ending) ?? name;
}

/** The path itself, or the files in the folder that it is, sorted. */
async function filesIn(raw: string): Promise<readonly string[]> {
  try {
    if (!(await stat(raw)).isDirectory()) return [raw];
    const files = await filesBelow(raw);
    return files.map(({ name, parentPath }) => join(parentPath, name)).sort();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new FormatError(raw, 'expected a folder or file of arrays, got nothing at that path');
  }
}
