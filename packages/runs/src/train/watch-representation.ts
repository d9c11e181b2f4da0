import { resolve } from 'node:path';
import type { Dataset } from '@halp/data';
import { createRandom } from '@halp/random';
import {
  type MakeLoader,
  type Recipe,
  type RepresentationProbe,
  representationProbe,
  type Training,
  trainingBatches,
} from '@halp/recipes';
import {
  collapseOf,
  collapseText,
  lossWithoutHalp,
  type RunStart,
  type TrainingPosition,
} from '@halp/train';
import { openRun, readRunStart, type RunFolder, writeRunStart } from '@halp/train/node';
import { type Say, warn } from '../run/events.ts';

/** Measures how the networks of a run represent clips, and warns when their embeddings collapse. */
export interface RepresentationWatch {
  /** What was measured last in this process; empty before the first time. */
  readonly latest: Readonly<Record<string, number>>;
  /** The metrics after an epoch, from 0; none after one that is not measured. */
  measure(epoch: number): Promise<Record<string, number>>;
  /** Writes a line if the log shows a collapse, once a run. */
  warn(): void;
  /** Disposes the clips. */
  dispose(): void;
}

/** What is watched, and how often. */
export interface WatchOptions {
  /** The run; its log is that of the epochs before `from`. */
  readonly run: RunFolder;
  /** Its recipe. */
  readonly recipe: Recipe;
  /** Its networks, as they are at `from`. */
  readonly training: Training;
  /** The clips that it is trained on. */
  readonly dataset: Dataset;
  /** What reads them. */
  readonly make: MakeLoader;
  /** Its seed. */
  readonly seed: number;
  /** Where training goes on. */
  readonly from: TrainingPosition;
  /** Epochs between two measurements; 0 for none. */
  readonly every: number;
}

/** Steps of training for each measurement: two times 128 clips forward then cost less than 2 % of them. */
const STEPS_A_MEASUREMENT = 50;

/** Epochs between two measurements where nothing else was asked for. */
export function defaultProbeEvery(batchesPerEpoch: number): number {
  return Math.ceil(STEPS_A_MEASUREMENT / batchesPerEpoch);
}

/**
 * A watch over a run that is about to train.
 *
 * Its clips are drawn from a stream of their own, so that training is the same with it and without. A run that
 * continues other weights is measured where it begins, in `start.json` of its folder.
 */
export async function watchRepresentation(
  options: WatchOptions,
  say: Say,
): Promise<RepresentationWatch> {
  const { run, recipe, every } = options;
  const probe = every === 0 ? undefined : await probeOf(options);
  try {
    const start = (await readRunStart(run.path)) ?? (await measureStart(options, probe));
    const halp = hasHalp(recipe);
    let isKnown = collapseOf(run.log, start) !== undefined;
    let latest: Record<string, number> = {};
    return {
      get latest() {
        return latest;
      },
      async measure(epoch) {
        if (probe === undefined || (epoch + 1) % every !== 0) return {};
        latest = { ...(await probe.measure()), ...chanceOf(recipe) };
        return latest;
      },
      warn() {
        const collapse = isKnown ? undefined : collapseOf(run.log, start);
        if (collapse === undefined) return;
        isKnown = true;
        warn(say, collapseText(collapse, { halp }));
      },
      dispose: () => probe?.dispose(),
    };
  } catch (error) {
    probe?.dispose();
    throw error;
  }
}

/** The warning that a run has earned, from its log and its start. */
export async function collapseWarning({
  path,
  manifest,
  log,
}: Pick<RunFolder, 'path' | 'manifest' | 'log'>): Promise<string | undefined> {
  const collapse = collapseOf(log, await readRunStart(path));
  return collapse && collapseText(collapse, { halp: hasHalp(manifest.recipe as Recipe) });
}

/** A warning where training ends before the HaLP term begins. */
export function endsBeforeHalp({ objective }: Recipe, epochs: number): string | undefined {
  if (!('fromEpoch' in objective) || objective.fromEpoch < epochs) return undefined;
  return (
    `training ends after ${epochs} epochs and the HaLP term begins at epoch ` +
    `${objective.fromEpoch + 1}: this run trains without it; raise --epochs, or lower fromEpoch in a recipe of your own`
  );
}

async function probeOf({
  recipe,
  training,
  dataset,
  make,
  seed,
}: WatchOptions): Promise<RepresentationProbe> {
  const batches = await trainingBatches(recipe, dataset, createRandom(seed).fork('probe'), make);
  try {
    return await representationProbe(training, batches);
  } finally {
    await batches.close();
  }
}

/** Measures a run at its beginning if that is not the very first step. */
async function measureStart(
  { run, from }: WatchOptions,
  probe: RepresentationProbe | undefined,
): Promise<RunStart | undefined> {
  const isBeginning = from.step > 0 && from.within === undefined && run.log.length === 0;
  if (!isBeginning || probe === undefined) return undefined;
  const loss = await lossBefore(run, from.epoch);
  const metrics = await probe.measure();
  const start = { epoch: from.epoch, loss, metrics };
  await writeRunStart(run.path, start);
  return start;
}

/** The loss of the epoch before, if the run that this one branched from is still there. */
async function lossBefore(
  { path, manifest }: RunFolder,
  epoch: number,
): Promise<number | undefined> {
  const { branchedFrom } = manifest;
  if (branchedFrom === undefined) return undefined;
  try {
    const { log } = await openRun(resolve(path, branchedFrom.run));
    const report = log.find((each) => each.epoch === epoch - 1);
    return report && lossWithoutHalp(report);
  } catch {
    // The weights are here; without this loss the beginning stays the reference.
    return undefined;
  }
}

/** InfoNCE of a network that knows nothing: ln(K + 1), beside which the log's InfoNCE is read. */
function chanceOf({ objective }: Recipe): Record<string, number> {
  return 'queueSize' in objective ? { 'infonce-chance': Math.log(objective.queueSize + 1) } : {};
}

function hasHalp({ objective }: Recipe): boolean {
  return objective.kind === 'halp' || objective.kind === 'halp-cmd';
}
