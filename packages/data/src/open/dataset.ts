import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { openNpy, readRegularFile } from '@halp/files/node';
import { expectOptions, expectText, gotText } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import { requireFinite } from '../clip/finite.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { readIntegers } from '../disk/read-integers.ts';
import { codeOf, requireFile } from '../disk/system-error.ts';
import { type ClipFacts, parseNames } from '../prepared/clip-names.ts';
import {
  dataShape,
  type Manifest,
  manifestName,
  parseManifest,
  type Part,
  type PartFile,
  partFileName,
  type PartManifest,
} from '../prepared/manifest.ts';
import { type ClipFile, openClipFile, type ReadingOptions } from './clip-file.ts';

/** The part of a prepared data set to open. */
export interface OpenDatasetOptions extends ReadingOptions {
  /** The benchmark, such as 'xsub'. Default: the only benchmark; required if there are several. */
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
  expectOptions('openDataset', options, 'options { benchmark, part }');
  const manifest = await readManifest(dir);
  const benchmark = chooseBenchmark(manifest, options.benchmark, dir);
  const part = manifest.benchmarks[benchmark]?.[options.part];
  if (part === undefined) {
    throw new RangeError(`openDataset: expected part train or test, got ${gotText(options.part)}`);
  }
  const pathOf = (file: PartFile): string => join(dir, partFileName(benchmark, options.part, file));
  const labels = await readIntegers(pathOf('labels'), part.clips, 0, manifest.classes.length - 1);
  const frames = await readIntegers(pathOf('frames'), part.clips, 1, manifest.frames);
  const facts = await readNames(pathOf('names'), part.clips);
  const path = pathOf('data');
  const file = await openData(path, manifest, part, options);
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
      requireFinite(clip, fact.name, path);
      return { clip, label: labels[index] as number, ...fact };
    },
    close: () => file.close(),
  };
}

function chooseBenchmark(manifest: Manifest, wanted: string | undefined, dir: string): string {
  const names = Object.keys(manifest.benchmarks);
  const only = names.length === 1 ? names[0] : undefined;
  const name = wanted ?? only;
  if (name === undefined || !Object.hasOwn(manifest.benchmarks, name)) {
    throw new RangeError(
      `openDataset: expected a benchmark of ${manifest.name} (${names.join(', ')}), ` +
        `got ${wanted ?? 'none'} (${dir})`,
    );
  }
  return name;
}

async function readNames(path: string, count: number): Promise<readonly ClipFacts[]> {
  return parseNames(await requireFile(path, readRegularFile(path)), path, count);
}

async function openData(
  path: string,
  manifest: Manifest,
  part: PartManifest,
  reading: ReadingOptions,
): Promise<ClipFile> {
  const file = await requireFile(path, openNpy(path));
  const { dtype, byteOrder, fortranOrder, shape } = file.header;
  // Its header and length are checked; the clips are read through another handle.
  await file.close();
  const expected = `float32 [${dataShape(manifest, part).join(', ')}]`;
  const order = fortranOrder ? ' in Fortran order' : byteOrder === 'big' ? ', big-endian' : '';
  const got = `${dtype} [${shape.join(', ')}]${order}`;
  if (got === expected) return openClipFile(path, file.header, reading);
  throw new FormatError(path, `expected ${expected} as dataset.json says, got ${got}`);
}
