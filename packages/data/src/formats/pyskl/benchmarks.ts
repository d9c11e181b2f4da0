import { basename } from 'node:path';
import { FormatError, type PickledArray } from '@halp/files';
import { benchmarkName } from '../../prepared/benchmark-name.ts';
import { type Part, parts } from '../../prepared/manifest.ts';
import type { PlannedClip } from '../../record/plan.ts';
import type { Pyskl } from './annotations.ts';

/** The contents of one file. */
export interface PysklFile extends Pyskl<PickledArray> {
  /** Its path. */
  readonly path: string;
  /** Whether it is a bare list of annotations, whose split is the file's name. */
  readonly isBare: boolean;
}

/** The names of the clips of each part of each benchmark. */
export type Benchmarks = ReadonlyMap<string, Readonly<Record<Part, ReadonlySet<string>>>>;

/**
 * The benchmarks of the splits of some files: `xsub_train` and `xsub_val` (or `_test`) make `xsub`.
 *
 * @throws FormatError if a split is neither for training nor for testing, or a benchmark lacks a part.
 */
export function benchmarksOf(files: readonly PysklFile[]): Benchmarks {
  const found = new Map<string, Partial<Record<Part, ReadonlySet<string>>>>();
  const path = files.map((file) => file.path).join(', ');
  const splits = files.flatMap((file) => [...file.splits]);
  for (const [split, names] of splits) {
    const match = /^(.*?)[_-]?(train|val|test)(\d*)$/i.exec(split);
    if (match === null) {
      const bare = files.find((file) => file.isBare && file.splits.has(split));
      if (bare !== undefined) throw bareError(bare);
      throw new FormatError(path, `expected splits like xsub_train and xsub_val, got ${split}`);
    }
    const [, prefix = '', word = '', number = ''] = match;
    const name = benchmarkName(`${prefix === '' ? 'split' : prefix}${number}`) ?? 'split';
    const part = word.toLowerCase() === 'train' ? 'train' : 'test';
    const benchmark = found.get(name) ?? {};
    if (benchmark[part] !== undefined) {
      throw new FormatError(path, `expected one ${part} part of ${name}, got ${split} as well`);
    }
    found.set(name, { ...benchmark, [part]: new Set(names) });
  }
  const whole = [...found].map(([name, { train, test }]) => {
    if (train !== undefined && test !== undefined) return [name, { train, test }] as const;
    const missing = train === undefined ? 'train' : 'val';
    const advice = splits.length === 1 ? `; pass the file of the ${missing} part, too` : '';
    throw new FormatError(
      path,
      `expected splits like ${name}_train and ${name}_val, got no ${missing}${advice}`,
    );
  });
  if (whole.length === 0) throw new FormatError(path, 'expected splits, got none');
  return new Map(whole);
}

function bareError({ path, annotations, problems }: PysklFile): FormatError {
  const stem = basename(path).replace(/\.[^.]*$/, '');
  const count = annotations.length + problems.length;
  return new FormatError(
    path,
    `expected splits, got a list of ${count} annotations, as MMAction2 0.x writes one for each split; ` +
      `rename the files to ${stem}_train.pkl and ${stem}_val.pkl and pass both`,
  );
}

/** Whether a clip with this name is in a part of any benchmark. */
export function isListed(name: string, benchmarks: Benchmarks): boolean {
  return [...benchmarks.values()].some((names) => parts.some((part) => names[part].has(name)));
}

/**
 * The part of a clip in each benchmark.
 *
 * @throws FormatError if it is in both parts of a benchmark.
 */
export function partsOf(name: string, benchmarks: Benchmarks, path: string): PlannedClip['parts'] {
  const found: Record<string, Part> = {};
  for (const [benchmark, names] of benchmarks) {
    const here = parts.filter((part) => names[part].has(name));
    if (here.length > 1) {
      throw new FormatError(path, `expected ${name} in one part of ${benchmark}, got it in both`);
    }
    if (here[0] !== undefined) found[benchmark] = here[0];
  }
  return found;
}
