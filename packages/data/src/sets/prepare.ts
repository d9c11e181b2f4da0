import { expectArray, expectObject, expectText, gotText } from '@halp/random/check';
import { pathList } from '../disk/path-list.ts';
import { type DataSetName, type Records, records } from '../formats/records.ts';
import { type Prepared, type PrepareOptions, preparePlan } from '../prepare/prepare-plan.ts';
import type { Plan } from '../record/plan.ts';
import type { DataSetRecord, RawRule } from '../record/record.ts';
import { setOptions } from './set-options.ts';

/** The options that only the data sets of a record have. */
type OwnOptions<Each> =
  Each extends DataSetRecord<string, infer Options, RawRule> ? Options : never;
type RawOption<Rule extends RawRule> = Rule extends 'optional'
  ? {
      /** A new or empty folder for the generated recordings. Default: they are not written. */
      readonly raw?: string | readonly string[] | undefined;
    }
  : {
      /** The folder, or folders, of the raw files, with their subfolders. */
      readonly raw: string | readonly string[];
    };
/** The options of a record, if it has a data set with one of these names. */
type OptionsOf<Each, Name> = Each extends {
  readonly sets: infer Sets;
  readonly raw: infer Rule extends RawRule;
}
  ? [Name & keyof Sets] extends [never]
    ? never
    : RawOption<Rule> & OwnOptions<Each>
  : never;

/**
 * Options of {@link prepare} with the name of a data set: the raw files, the benchmarks, the options of every preparation,
 * and the data set's own options, see `options` in {@link dataSets}.
 */
export type PrepareSetOptions<Name extends DataSetName> = PrepareOptions & {
  /** The benchmarks to prepare. Default: all benchmarks of the data set. */
  readonly benchmarks?: readonly string[] | undefined;
} & OptionsOf<Records, Name>;

/**
 * Prepares a data set or format by its name, with its own options; or a plan that was made or changed in code. Reads each
 * raw file once, and writes the arrays of the benchmarks, `dataset.json`, and `skipped.json` if a file is bad.
 *
 * Clips are read by worker threads and stored in the plan's order, in constant memory; the files are identical, to the
 * byte, for any number of workers. They are written to `out/.preparing`, and the benchmarks are moved to `out` when all of
 * them are complete. An interrupted preparation (signal, full disk, killed process) is resumed by the next call; if a raw
 * file that was already read has changed, everything is prepared again.
 *
 * @throws RangeError if the data set or benchmark is unknown, `raw` is missing, or an option belongs to other data sets only;
 * if the set's name is not a valid file name, `out` is inside the raw data or holds other files, or a part has no clip.
 * @throws FormatError if a raw folder is missing or invalid, a raw file is bad and `strict` is set, all raw files are bad, or
 * there are more clips than were published.
 * @throws Error if another process prepares into `out`, or as the file system reports it.
 *
 * @example
 * ```ts
 * await prepare('synthetic', { out: 'data/synthetic' });
 * await prepare('ntu120', { raw: ['nturgbd_a', 'nturgbd_b'], out: 'data/ntu120' });
 * const plan = await planNwUcla({ raw: 'raw/nw-ucla' });
 * const { manifest, skipped } = await prepare(plan, { out: 'data/nw-ucla' });
 * ```
 */
export async function prepare<Name extends DataSetName>(
  set: Name,
  options: PrepareSetOptions<Name>,
): Promise<Prepared>;
export async function prepare(plan: Plan, options: PrepareOptions): Promise<Prepared>;
export async function prepare(set: string | Plan, options: PrepareOptions): Promise<Prepared> {
  if (typeof set !== 'string') return preparePlan(set, options);
  const plan = await planNamed(set, options);
  const { out, workers, strict, saveEvery, onProgress, signal } = options;
  return preparePlan(plan, { out, workers, strict, saveEvery, onProgress, signal });
}

async function planNamed(name: string, options: PrepareOptions): Promise<Plan> {
  const record = records.get(name);
  if (record === undefined) {
    const known = [...records.keys()].join(', ');
    throw new RangeError(`prepare: expected a data set among ${known}, got ${gotText(name)}`);
  }
  expectObject('prepare', options, 'an object with options');
  expectText('prepare', 'out to be a path', options.out);
  const { raw, benchmarks, ...given } = options as PrepareOptions & Given;
  const own = setOptions(name, record, given);
  const paths = rawPaths(name, record.raw, raw);
  const plan = await record.plan(name, { ...own, raw: paths, signal: options.signal });
  return benchmarks === undefined ? plan : withBenchmarks(plan, benchmarks);
}

interface Given {
  readonly raw?: string | readonly string[] | undefined;
  readonly benchmarks?: readonly string[] | undefined;
}

function rawPaths(
  name: string,
  rule: RawRule,
  raw: Given['raw'],
): string | readonly string[] | undefined {
  if (raw === undefined || raw.length === 0) {
    if (rule === 'optional') return undefined;
    const text = records.get(name)?.rawText ?? 'the folders of the raw files';
    throw new RangeError(`prepare ${name}: expected option raw (${text}), got none`);
  }
  const paths = pathList(`prepare ${name}`, raw);
  if (rule === 'several') return paths;
  if (paths.length === 1) return paths[0];
  throw new RangeError(`prepare ${name}: expected one path as option raw, got ${paths.length}`);
}

function withBenchmarks(plan: Plan, benchmarks: readonly string[]): Plan {
  expectArray('prepare', 'benchmarks to be a list', benchmarks);
  const unknown = benchmarks.find((benchmark) => !plan.benchmarks.includes(benchmark));
  if (unknown !== undefined) {
    throw new RangeError(
      `prepare: expected a benchmark of ${plan.name} (${plan.benchmarks.join(', ')}), got ${unknown}`,
    );
  }
  return { ...plan, benchmarks: plan.benchmarks.filter((name) => benchmarks.includes(name)) };
}
