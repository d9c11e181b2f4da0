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
  /** The label file; a `.npz` contains the labels itself. */
  readonly labels?: string | undefined;
  /** The file of the valid frames, if there is one. */
  readonly frames?: string | undefined;
}

const DATA = /^(train|val|test)_data(?:_joint)?\.npy$/;
/** The benchmarks of the suffixes that published archives have. */
const ENDINGS: Readonly<Record<string, string>> = {
  cs: 'xsub',
  csub: 'xsub',
  cv: 'xview',
  cview: 'xview',
  cset: 'xset',
  csetup: 'xset',
};

/**
 * The arrays in files, folders and their subfolders. Each folder with `train_data_joint.npy` (or `train_data.npy`) and
 * `val_…` or `test_…`, and with labels, is a benchmark; so is each `.npz` archive.
 *
 * The name of a folder is the name of the benchmark, with xset for `xsetup`. The suffix of an archive's name decides its
 * benchmark: `NTU60_CS` xsub, `NTU60_CV` xview, `NTU120_CSet` xset.
 *
 * @throws FormatError if there are no arrays, a benchmark does not have one file for each part, or labels are missing.
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
      'expected .npz files or folders with train_data_joint.npy, got none',
    );
  }
  for (const benchmark of new Set(found.map((files) => files.benchmark))) {
    for (const part of parts) {
      const here = found.filter((files) => files.benchmark === benchmark && files.part === part);
      if (here.length === 1) continue;
      const got = here.map(({ data }) => data).join(' and ') || 'none';
      throw new FormatError(
        place,
        `${benchmark}: expected one array for the ${part} part, got ${got}`,
      );
    }
  }
  return found;
}

async function inFolder(data: string, paths: readonly string[]): Promise<ArrayFiles> {
  const folder = dirname(data);
  const word = DATA.exec(basename(data))?.[1] as string;
  const fileNextToIt = (ending: string): string | undefined =>
    paths.find((path) => path === join(folder, `${word}${ending}`));
  // The pickle comes first, since it also contains the clips' names.
  const labels = fileNextToIt('_label.pkl') ?? fileNextToIt('_label.npy');
  if (labels === undefined) {
    throw new FormatError(
      data,
      `expected ${word}_label.pkl or ${word}_label.npy in the same folder, got none`,
    );
  }
  const frames = fileNextToIt('_num_frame.npy');
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

/** The path of a file, or the files in a folder, sorted. */
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
