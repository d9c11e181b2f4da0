import { FormatError } from '@halp/files';
import {
  isLayoutName,
  type Layout,
  type LayoutName,
  layoutNames,
  layoutOf,
  storedLayout,
} from '@halp/skeleton';
import { madeFrom } from '@halp/skeleton/check';
import { isObject, kindOf, parseJsonObject } from '../text/json.ts';
import { isCount, isName } from '../text/json-values.ts';
import { isBenchmarkName } from './benchmark-name.ts';
import { DATA_NAME, isDataName } from './data-name.ts';
import { MAX_CLASSES } from './max-classes.ts';
import { parsePreparation, type Preparation } from './preparation.ts';
import { splitFault, type SplitRule } from './split-rule.ts';

/** The parts of a benchmark. */
export type Part = 'train' | 'test';

/** The parts, in the order in which they are written. */
export const parts: readonly Part[] = ['train', 'test'];

/** The files of one part. */
export type PartFile = 'data' | 'frames' | 'labels' | 'names';

/** One part of one benchmark in dataset.json. */
export interface PartManifest {
  /** N, the number of clips. */
  readonly clips: number;
  /** The number of clips of each class. */
  readonly clipsPerClass: readonly number[];
  /** The SHA-256 of each file, in hexadecimal. */
  readonly sha256: Readonly<Record<PartFile, string>>;
}

/** Where the clips of a split lie: it has no joint arrays of its own. */
export interface SplitManifest {
  /** The benchmark with the joint arrays. */
  readonly from: string;
  /** The SHA-256 of these arrays when the split was made; of other arrays, it is invalid. */
  readonly sha256: Readonly<Record<Part, string>>;
  /** The rule by which the clips were selected. */
  readonly rule: SplitRule;
}

/** One benchmark in dataset.json. */
export interface BenchmarkManifest {
  /** The training clips. */
  readonly train: PartManifest;
  /** The test clips. */
  readonly test: PartManifest;
  /** For a split of another benchmark, see `addSplits`: where its clips lie. Default: the benchmark has its own arrays. */
  readonly split?: SplitManifest | undefined;
}

/** The contents of dataset.json, the description of a prepared data set. */
export interface Manifest {
  /** The format's name and version. */
  readonly format: 'halp-dataset/2';
  /** The data set's name, such as 'nw-ucla'. */
  readonly name: string;
  /** The layout of every clip: the name of a built-in one, or the whole layout. */
  readonly layout: LayoutName | Layout;
  /** The names of the classes; labels index them. */
  readonly classes: readonly string[];
  /** M, the person slots of every clip. */
  readonly persons: number;
  /** T, the frames to which every clip is padded in the arrays. */
  readonly frames: number;
  /** What the numbers of every clip mean, and how the raw ones were processed. */
  readonly preparation: Preparation;
  /** Frames a second, if known; not used. */
  readonly fps?: number | undefined;
  /** Whether every published clip was prepared. */
  readonly complete: boolean;
  /** The seed of a synthetic data set. */
  readonly seed?: number | undefined;
  /** The package and version that wrote this. */
  readonly tool: string;
  /** The benchmarks by name. */
  readonly benchmarks: Readonly<Record<string, BenchmarkManifest>>;
}

/** The name of the file that describes a prepared data set. */
export const manifestName = 'dataset.json';

/**
 * The path of a file of a part inside a prepared data set, such as `xview/train_data_joint.npy`.
 *
 * The names are those of the authors' feeders, which call the test part `val`.
 */
export function partFileName(benchmark: string, part: Part, file: PartFile): string {
  const prefix = `${benchmark}/${part === 'train' ? 'train' : 'val'}`;
  switch (file) {
    case 'data':
      return `${prefix}_data_joint.npy`;
    case 'frames':
      return `${prefix}_num_frame.npy`;
    case 'labels':
      return `${prefix}_label.npy`;
    case 'names':
      return `${prefix}_name.json`;
  }
}

/**
 * The path of the rows of a part of a split, such as `fold-1/train_row.npy`: for each clip its position in the training
 * clips and then the test clips of the original benchmark.
 */
export function rowFileName(benchmark: string, part: Part): string {
  return partFileName(benchmark, part, 'labels').replace(/_label\.npy$/, '_row.npy');
}

/**
 * The description in the bytes of a dataset.json.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the file has another form or version.
 */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const json = parseJsonObject(bytes, path);
  const wrong = (place: string, wanted: string, got: unknown): FormatError =>
    new FormatError(path, `${place}: expected ${wanted}, got ${kindOf(got)}`);
  const { format, name, layout, classes, seed, tool, complete, fps } = json as Partial<
    Record<keyof Manifest, unknown>
  >;
  if (format !== 'halp-dataset/2') {
    const advice = format === 'halp-dataset/1' ? '; prepare the raw data again' : '';
    const got = `${kindOf(format)}${advice}`;
    throw new FormatError(path, `format: expected "halp-dataset/2", got ${got}`);
  }
  if (typeof name !== 'string' || !isDataName(name)) throw wrong('name', DATA_NAME, name);
  if (!Array.isArray(classes) || classes.length === 0 || !classes.every(isName)) {
    throw wrong('classes', 'a list of names', classes);
  }
  // Limits the memory of a confusion matrix, which grows with the square.
  if (classes.length > MAX_CLASSES) {
    throw wrong('classes', `at most ${MAX_CLASSES} names`, classes);
  }
  const control = classes.find((each) => /\p{Cc}/u.test(each));
  if (control !== undefined) throw wrong('classes', 'names without control characters', control);
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw wrong('seed', 'an integer', seed);
  if (!isName(tool)) throw wrong('tool', 'a name and version', tool);
  if (typeof complete !== 'boolean') throw wrong('complete', 'true or false', complete);
  if (fps !== undefined && !(typeof fps === 'number' && fps > 0)) {
    throw wrong('fps', 'frames a second', fps);
  }
  const count = (place: 'persons' | 'frames'): number => {
    if (!isCount(json[place]) || json[place] === 0) throw wrong(place, 'a count', json[place]);
    return json[place];
  };
  return {
    format,
    name,
    layout: layoutIn(layout, path),
    classes,
    persons: count('persons'),
    frames: count('frames'),
    preparation: parsePreparation(json['preparation'], path, 'preparation'),
    fps,
    complete,
    seed: seed as number | undefined,
    tool,
    benchmarks: benchmarksOf(json['benchmarks'], classes.length, wrong),
  };
}

/**
 * A value of a JSON file as a layout: the name of a built-in one, or a whole layout.
 *
 * @throws FormatError with the first fault of the layout.
 */
export function layoutIn(value: unknown, path: string): LayoutName | Layout {
  if (isLayoutName(value)) return value;
  const made = isObject(value) ? madeFrom(value) : undefined;
  if (made === undefined) {
    const wanted = `${layoutNames.join(', ')} or a layout { name, joints, bones }`;
    throw new FormatError(path, `layout: expected ${wanted}, got ${kindOf(value)}`);
  }
  if ('fault' in made) throw new FormatError(path, `layout.${made.fault}`);
  return storedLayout(made);
}

/** The shape of the joint array of a part, `[N, C, T, V, M]`. */
export function dataShape(manifest: Manifest, part: PartManifest): readonly number[] {
  const { joints } = layoutOf(manifest.layout);
  return [part.clips, 3, manifest.frames, joints.length, manifest.persons];
}

type Wrong = (place: string, wanted: string, got: unknown) => FormatError;

function benchmarksOf(value: unknown, classes: number, wrong: Wrong): Manifest['benchmarks'] {
  if (!isObject(value) || Object.keys(value).length === 0) {
    throw wrong('benchmarks', 'an object of benchmarks', value);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, benchmark]) => {
      // The name is used as a folder.
      if (!isBenchmarkName(name)) throw wrong('benchmarks', 'plain names', name);
      if (!isObject(benchmark)) throw wrong(`benchmarks.${name}`, 'an object', benchmark);
      const part = (key: Part): PartManifest =>
        partOf(benchmark[key], classes, `benchmarks.${name}.${key}`, wrong);
      const both = { train: part('train'), test: part('test') };
      if (benchmark['split'] === undefined) return [name, both];
      return [
        name,
        { ...both, split: splitOf(benchmark['split'], `benchmarks.${name}.split`, wrong) },
      ];
    }),
  );
}

function splitOf(value: unknown, place: string, wrong: Wrong): SplitManifest {
  if (!isObject(value)) throw wrong(place, 'an object', value);
  const { from, sha256, rule } = value as Partial<Record<keyof SplitManifest, unknown>>;
  if (!isBenchmarkName(from)) throw wrong(`${place}.from`, 'the name of a benchmark', from);
  const hash = (part: Part): string => {
    const text = isObject(sha256) ? sha256[part] : undefined;
    if (isHash(text)) return text;
    throw wrong(`${place}.sha256.${part}`, '64 hexadecimal digits', text);
  };
  if (splitFault(rule, 'rule') !== undefined) {
    throw wrong(`${place}.rule`, '{ from, train, test } with conditions', rule);
  }
  const hashes = { train: hash('train'), test: hash('test') };
  return { from, sha256: hashes, rule: rule as SplitRule };
}

function isHash(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

function partOf(value: unknown, classes: number, place: string, wrong: Wrong): PartManifest {
  if (!isObject(value)) throw wrong(place, 'an object', value);
  const { clips, clipsPerClass, sha256 } = value as Partial<Record<keyof PartManifest, unknown>>;
  if (!isCount(clips) || clips === 0) throw wrong(`${place}.clips`, 'a count', clips);
  if (
    !Array.isArray(clipsPerClass) ||
    clipsPerClass.length !== classes ||
    !clipsPerClass.every(isCount) ||
    clipsPerClass.reduce((sum, n) => sum + n, 0) !== clips
  ) {
    throw wrong(`${place}.clipsPerClass`, `${classes} counts of sum ${clips}`, clipsPerClass);
  }
  if (!isObject(sha256)) throw wrong(`${place}.sha256`, 'an object', sha256);
  const hash = (file: PartFile): string => {
    const text = sha256[file];
    if (isHash(text)) return text;
    throw wrong(`${place}.sha256.${file}`, '64 hexadecimal digits', text);
  };
  return {
    clips,
    clipsPerClass,
    sha256: {
      data: hash('data'),
      frames: hash('frames'),
      labels: hash('labels'),
      names: hash('names'),
    },
  };
}
