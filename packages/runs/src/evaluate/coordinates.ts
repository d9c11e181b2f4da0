import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '@halp/data';
import { readManifest } from '@halp/data/node';
import { readRegularFile, writeInside } from '@halp/files/node';
import { coordinatesKnn, type Evaluation, type FeatureBatch } from '@halp/protocols';
import { evaluationBatches, type Recipe } from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';
import type { EvaluationData } from '../features/evaluation-data.ts';
import { loaderOn } from '../features/make-loader.ts';
import { note, type Say } from '../run/events.ts';
import { clock, percent } from '../text/format.ts';
import { oneField } from '../text/visible.ts';

/** The result of 1-NN on the coordinates of clips, the baseline without an encoder. */
export type CoordinatesResult = Pick<Evaluation, 'accuracy' | 'interval' | 'counts' | 'settings'>;

/** The options of {@link coordinatesResult}. */
export interface CoordinatesOptions {
  /** The folder of the run; the result is saved in its `coordinates/`. */
  readonly run: string;
  /** The recipe with the settings of the evaluation; its view is used. */
  readonly recipe: Recipe;
  /** The folder of the prepared data set. */
  readonly folder: string;
  /** The clips, converted to the encoder's input. */
  readonly data: EvaluationData;
  /** The modules that the view may import. Default: none. */
  readonly modules?: readonly string[] | undefined;
  /** Whether it is computed even if it takes more than a minute. */
  readonly requested: boolean;
}

/** The folder of the results in a run, and the format name in their files. */
const FOLDER = 'coordinates';
const FORMAT = 'halp-coordinates/1';

/** Above this estimate it is computed only on request. */
const LONG_SECONDS = 60;
/**
 * Multiplications per second, for the estimate of the time: half of the 18e9 measured with `nearestByDistance` on 3000
 * and 2000 clips of 1920 coordinates (one core of an AMD EPYC, tensorflow).
 */
const PRODUCTS_PER_SECOND = 9e9;
/** Clips loaded per second, for the estimate: fewer than one thread loads, so that the estimate is high. */
const CLIPS_PER_SECOND = 500;

/**
 * The accuracy of 1-NN on the coordinates of the clips in the recipe's evaluation view, see `coordinatesKnn`. Undefined
 * if it would take more than a minute and was not requested; a note says so.
 *
 * The result is saved in `coordinates/` of the run and read from there if data set, split, layout and view are the
 * same.
 */
export async function coordinatesResult(
  options: CoordinatesOptions,
  say: Say,
): Promise<CoordinatesResult | undefined> {
  const { run, recipe, folder, data, requested } = options;
  const identity = await coordinatesIdentity(recipe, folder, data);
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
  const file = join(FOLDER, `${data.name}-${data.benchmark}-${digest}.json`);
  const path = join(run, file);
  const kept = await readKept(path, identity);
  if (kept !== undefined) return kept;
  const seconds = secondsOf(identity);
  if (seconds > LONG_SECONDS && !requested) {
    note(
      say,
      `1-NN on coordinates: skipped, it would take about ${clock(seconds)} for ${identity.train.clips} and ` +
        `${identity.test.clips} clips; compute it with option coordinates`,
    );
    return undefined;
  }
  const batches = (part: Part) => (): AsyncIterable<FeatureBatch> => batchesOf(options, part);
  const { accuracy, interval, counts, settings } = await coordinatesKnn(
    batches('train'),
    batches('test'),
    { classes: identity.classes },
  );
  const result = { accuracy, counts, settings, interval };
  await writeInside(run, file, `${JSON.stringify({ identity, ...result }, undefined, 2)}\n`);
  return result;
}

/** The result in words: 'baseline, 1-NN on coordinates: 76.1 % (353 of 464)'. */
export function coordinatesText({ accuracy, counts }: CoordinatesResult): string {
  return `baseline, 1-NN on coordinates: ${percent(accuracy)} (${counts.correct} of ${counts.test})`;
}

/** The distinct results saved in these runs, in words, for tables and reports. */
export async function keptCoordinates(runs: readonly string[]): Promise<readonly string[]> {
  const lines = new Set<string>();
  for (const run of runs) {
    const folder = join(run, FOLDER);
    const files = await readdir(folder).catch(() => []);
    for (const file of files.sort()) {
      const kept = await readJson(join(folder, file));
      if (kept?.identity?.format !== FORMAT) continue;
      const { name, benchmark, view } = kept.identity;
      const steps = view.map(({ kind, ...step }) =>
        'size' in step ? `${kind} of ${step.size} frames` : kind,
      );
      const text = `On ${name} ${benchmark}, ${steps.join(', ')}: ${coordinatesText(kept)}.`;
      lines.add(oneField(text));
    }
  }
  return [...lines];
}

async function* batchesOf(
  { recipe, data, modules = [] }: Pick<CoordinatesOptions, 'recipe' | 'data' | 'modules'>,
  part: Part,
): AsyncGenerator<FeatureBatch, void, undefined> {
  const dataset = await data.open(part);
  try {
    yield* await evaluationBatches(recipe, dataset, loaderOn(undefined, modules));
  } finally {
    await dataset.close();
  }
}

/** Everything that can change the result: the checksums of the arrays, and the view. */
async function coordinatesIdentity(recipe: Recipe, folder: string, data: EvaluationData) {
  const { name, benchmarks, classes } = await readManifest(folder);
  const split = benchmarks[data.benchmark];
  if (split === undefined)
    throw new RangeError(
      `evaluate: expected a benchmark among ${Object.keys(benchmarks).join(', ')} (${folder}), got ${data.benchmark}`,
    );
  const { layout, persons, axes = 'upright' } = recipe.data;
  const part = ({ clips, sha256 }: (typeof split)[Part]) => ({
    clips,
    sha256: { data: sha256.data, frames: sha256.frames, labels: sha256.labels },
  });
  return {
    format: FORMAT,
    ...{ name, benchmark: data.benchmark, classes: classes.length },
    ...{ train: part(split.train), test: part(split.test) },
    ...{ layout, persons, axes, view: recipe.evaluation.view },
  };
}

type Identity = Awaited<ReturnType<typeof coordinatesIdentity>>;

async function readKept(path: string, identity: Identity): Promise<CoordinatesResult | undefined> {
  const json = await readJson(path);
  if (json === undefined) return undefined;
  const { identity: of, ...result } = json;
  return JSON.stringify(of) === JSON.stringify(identity) ? result : undefined;
}

/** The content of a file; undefined if it is missing or incomplete, so that it is computed again. */
async function readJson(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readRegularFile(path, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

type Kept = CoordinatesResult & { readonly identity?: Identity };

/** The estimated time, from the sizes. */
function secondsOf({ train, test, layout, persons, view }: Identity): number {
  const joints = layoutOf(layout).joints.length;
  const frames = view.reduce((size, step) => ('size' in step ? Number(step.size) : size), 64);
  const values = 3 * frames * joints * persons;
  const pieces = Math.ceil((train.clips * values) / 2 ** 26);
  return (
    (train.clips * test.clips * values) / PRODUCTS_PER_SECOND +
    (train.clips + pieces * test.clips) / CLIPS_PER_SECOND
  );
}
