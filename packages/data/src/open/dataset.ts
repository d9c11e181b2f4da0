import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { readRegularFile } from '@halp/files/node';
import { expectOptions, expectText, gotText, type OptionNames } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import { requireFinite } from '../clip/finite.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { codeOf } from '../disk/system-error.ts';
import {
  type BenchmarkManifest,
  type Manifest,
  manifestName,
  parseManifest,
  type Part,
  partFileName,
} from '../prepared/manifest.ts';
import type { ClipFile, ReadingOptions } from './clip-file.ts';
import { openJointArray } from './joint-array.ts';
import { readPartFacts } from './part-facts.ts';
import { openSplitClips, type PlaceOfClips } from './split-clips.ts';

/** The part of a prepared data set to open. */
export interface OpenDatasetOptions extends ReadingOptions {
  /** The benchmark, such as 'xsub'. Default: the only one besides splits; required if there are several. */
  readonly benchmark?: string | undefined;
  /** 'train' or 'test'. */
  readonly part: Part;
}

/**
 * The contents of dataset.json of a prepared data set.
 *
 * @throws FormatError if the folder is missing or not a prepared data set.
 */
export async function readManifest(dir: string): Promise<Manifest> {
  expectText('readManifest', 'a path', dir);
  const path = join(dir, manifestName);
  try {
    return parseManifest(await readRegularFile(path), path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
    throw new FormatError(
      dir,
      `expected a prepared data set, got no ${manifestName} there; prepare the raw data first`,
    );
  }
}

const optionNames: OptionNames<OpenDatasetOptions> = {
  benchmark: true,
  part: true,
  blocking: true,
};

/**
 * One part of a prepared data set. Clips are read by position; the joint array is not loaded into memory.
 *
 * Labels, lengths, names and the shape of the array are checked here, coordinates when a clip is read.
 *
 * @throws FormatError if the folder is not a prepared data set, or a file is missing or inconsistent.
 * @throws RangeError if the benchmark or part does not exist.
 *
 * @example
 * ```ts
 * const data = await openDataset('data/nw-ucla', { part: 'train' });
 * const { clip, label } = await data.get(0);
 * await data.close();
 * ```
 */
export async function openDataset(dir: string, options: OpenDatasetOptions): Promise<Dataset> {
  expectText('openDataset', 'a path', dir);
  expectOptions('openDataset', options, optionNames, 'options { benchmark, part }');
  const manifest = await readManifest(dir);
  const benchmark = chooseBenchmark(manifest, options.benchmark, dir);
  const part = manifest.benchmarks[benchmark]?.[options.part];
  if (part === undefined) {
    throw new RangeError(`openDataset: expected part train or test, got ${gotText(options.part)}`);
  }
  const place = { benchmark, part: options.part };
  const { labels, frames, facts } = await readPartFacts(dir, manifest, place);
  const file = await openClips(dir, manifest, { ...place, reading: options });
  return {
    name: manifest.name,
    layout: layoutOf(manifest.layout),
    classes: manifest.classes,
    persons: manifest.persons,
    preparation: manifest.preparation,
    length: part.clips,
    labels,
    names: facts.map(({ name }) => name),
    source: { kind: 'prepared', dir, benchmark, part: options.part },
    async get(index) {
      const [fact, valid] = [facts[index], frames[index]];
      if (fact === undefined || valid === undefined) {
        throw new RangeError(`get: expected an index in [0, ${part.clips}), got ${index}`);
      }
      const clip = await file.read(index, valid);
      requireFinite(clip, fact.name, file.pathOf(index));
      return { clip, label: labels[index] as number, ...fact };
    },
    close: () => file.close(),
  };
}

/** The clips of a part, from its own array or from those of the benchmark that it splits. */
async function openClips(
  dir: string,
  manifest: Manifest,
  { benchmark, part, reading }: PlaceOfClips,
): Promise<ClipFile & { readonly pathOf: (index: number) => string }> {
  const { split, ...both } = manifest.benchmarks[benchmark] as BenchmarkManifest;
  if (split !== undefined) return openSplitClips(dir, manifest, { benchmark, part, reading });
  const path = join(dir, partFileName(benchmark, part, 'data'));
  return {
    ...(await openJointArray(path, manifest, both[part], reading ?? {})),
    pathOf: () => path,
  };
}

function chooseBenchmark(manifest: Manifest, wanted: string | undefined, dir: string): string {
  const names = Object.keys(manifest.benchmarks);
  const own = names.filter((each) => manifest.benchmarks[each]?.split === undefined);
  const only = own.length === 1 ? own[0] : undefined;
  const name = wanted ?? only;
  if (name === undefined || !Object.hasOwn(manifest.benchmarks, name)) {
    throw new RangeError(
      `openDataset: expected a benchmark of ${manifest.name} (${names.join(', ')}), ` +
        `got ${wanted ?? 'none'} (${dir})`,
    );
  }
  return name;
}
