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

/** 1-NN on the coordinates themselves: what a data set and a view give without any encoder. */
export type CoordinatesResult = Pick<Evaluation, 'accuracy' | 'interval' | 'counts' | 'settings'>;

/** What {@link coordinatesResult} takes. */
export interface CoordinatesOptions {
  /** The folder of the run; the result is kept in its `coordinates/`. */
  readonly run: string;
  /** The recipe with the evaluation that is asked for; its view decides. */
  readonly recipe: Recipe;
  /** The folder of the prepared data set. */
  readonly folder: string;
  /** The clips in the form that the encoder takes. */
  readonly data: EvaluationData;
  /** The modules that the view may import. Default: none. */
  readonly modules?: readonly string[] | undefined;
  /** Whether it is computed even where that takes more than a minute. */
  readonly asked: boolean;
}

/** Where the results are kept in a run, and what their files say that they are. */
const FOLDER = 'coordinates';
const FORMAT = 'halp-coordinates/1';

/** A minute, beyond which it has to be asked for. */
const LONG_SECONDS = 60;
/**
 * Products of coordinates in a second, by which the time is estimated: half of the 18e9 that `nearestByDistance` made of
 * 3000 and 2000 clips of 1920 coordinates in a second of processor time (AMD EPYC, tensorflow).
 */
const PRODUCTS_PER_SECOND = 9e9;
/** Clips that are read and shown in a second: fewer than loaders make on one thread, so that the estimate is high. */
const CLIPS_PER_SECOND = 500;

/**
 * How often the nearest training clip by coordinates has the class of a test clip, see `coordinatesKnn`, as the
 * evaluation view of the recipe shows the clips to the encoder; undefined where that would take more than a minute and
 * was not asked for, which is said.
 *
 * Computed once for each data set, split, form and view: it is kept in `coordinates/` of the run and read from there.
 */
export async function coordinatesResult(
  options: CoordinatesOptions,
  say: Say,
): Promise<CoordinatesResult | undefined> {
  const { run, recipe, folder, data, asked } = options;
  const identity = await identityOf(recipe, folder, data);
  const digest = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
  const file = join(FOLDER, `${data.name}-${data.benchmark}-${digest}.json`);
  const path = join(run, file);
  const kept = await readKept(path, identity);
  if (kept !== undefined) return kept;
  const seconds = secondsOf(identity);
  if (seconds > LONG_SECONDS && !asked) {
    note(
      say,
      `1-NN on coordinates: left out, about ${clock(seconds)} for ${identity.train.clips} and ${identity.test.clips} clips; ` +
        'ask for it with --coordinates',
    );
    return undefined;
  }
  const batches = (part: Part) => (): AsyncIterable<FeatureBatch> => shown(options, part);
  const { accuracy, interval, counts, settings } = await coordinatesKnn(
    batches('train'),
    batches('test'),
    { classes: identity.classes },
  );
  const result = { accuracy, counts, settings, interval };
  await writeInside(run, file, `${JSON.stringify({ identity, ...result }, undefined, 2)}\n`);
  return result;
}

/** The result in words: 'coordinates alone, 1-NN: 76.1 % (353 of 464)'. */
export function coordinatesText({ accuracy, counts }: CoordinatesResult): string {
  return `coordinates alone, 1-NN: ${percent(accuracy)} (${counts.correct} of ${counts.test})`;
}

/** The results that are kept in these runs, in words, each once: what a table or a report of them says beside theirs. */
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
      lines.add(`On ${name} ${benchmark}, ${steps.join(', ')}, ${coordinatesText(kept)}.`);
    }
  }
  return [...lines];
}

async function* shown(
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

/** Everything that can change the number: the arrays by their checksums, and how they are shown. */
async function identityOf(recipe: Recipe, folder: string, data: EvaluationData) {
  const { name, benchmarks, classes } = await readManifest(folder);
  const split = benchmarks[data.benchmark];
  if (split === undefined)
    throw new RangeError(`expected the split ${data.benchmark} in ${folder}`);
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

type Identity = Awaited<ReturnType<typeof identityOf>>;

async function readKept(path: string, identity: Identity): Promise<CoordinatesResult | undefined> {
  const json = await readJson(path);
  if (json === undefined) return undefined;
  const { identity: of, ...result } = json;
  return JSON.stringify(of) === JSON.stringify(identity) ? result : undefined;
}

/** What a file holds; undefined if it is not there or not whole: then it is computed again. */
async function readJson(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readRegularFile(path, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

type Kept = CoordinatesResult & { readonly identity?: Identity };

/** About how long it takes, from the sizes alone. */
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
