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

/** Measures the embeddings of a run during training, and warns if they collapse. */
export interface RepresentationWatch {
  /** The last metrics of this process; empty before the first measurement. */
  readonly latest: Readonly<Record<string, number>>;
  /** The metrics after an epoch, counted from 0; empty after an epoch that is not measured. */
  measure(epoch: number): Promise<Record<string, number>>;
  /** Emits a warning if the log shows a collapse; once for each run. */
  warn(): void;
  /** Disposes the clips. */
  dispose(): void;
}

/** The options of {@link watchRepresentation}. */
export interface WatchOptions {
  /** The run; its log has the epochs before `from`. */
  readonly run: RunFolder;
  /** Its recipe. */
  readonly recipe: Recipe;
  /** Its networks at `from`. */
  readonly training: Training;
  /** The training clips. */
  readonly dataset: Dataset;
  /** Makes the loader of the clips. */
  readonly make: MakeLoader;
  /** Its seed. */
  readonly seed: number;
  /** Where training starts. */
  readonly from: TrainingPosition;
  /** Epochs between two measurements; 0 for none. */
  readonly measureEvery: number;
}

/** Training steps for each measurement, whose forward passes of 2 × 128 clips then take less than 2 % of the time. */
const STEPS_PER_MEASUREMENT = 50;

/** The default number of epochs between two measurements. */
export function defaultProbeEvery(batchesPerEpoch: number): number {
  return Math.ceil(STEPS_PER_MEASUREMENT / batchesPerEpoch);
}

/**
 * Prepares the measurements of a run that is about to train.
 *
 * The clips are drawn from a separate random stream, so that training is the same with and without measurements. A run
 * that starts from the weights of another one is measured at its start, into `start.json` of its folder.
 */
export async function watchRepresentation(
  options: WatchOptions,
  say: Say,
): Promise<RepresentationWatch> {
  const { run, recipe, measureEvery } = options;
  const probe = measureEvery === 0 ? undefined : await probeOf(options);
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
        if (probe === undefined || (epoch + 1) % measureEvery !== 0) return {};
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

/** The collapse warning of a run, from its log and its start; undefined if there is none. */
export async function collapseWarning({
  path,
  manifest,
  log,
}: Pick<RunFolder, 'path' | 'manifest' | 'log'>): Promise<string | undefined> {
  const collapse = collapseOf(log, await readRunStart(path));
  return collapse && collapseText(collapse, { halp: hasHalp(manifest.recipe as Recipe) });
}

/** A warning if training ends before the HaLP term starts; else undefined. */
export function endsBeforeHalp({ objective }: Recipe, epochs: number): string | undefined {
  if (!('fromEpoch' in objective) || objective.fromEpoch < epochs) return undefined;
  return (
    `training ends after ${epochs} epochs, before the HaLP term starts at epoch ${objective.fromEpoch + 1}: ` +
    'this run trains without it; raise option epochs, or lower fromEpoch in a recipe of your own'
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

/** Measures a run at its start, if it starts from the weights of another run. */
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

/** The loss of the previous epoch, if the run that this one branched from still exists. */
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
    // Optional: without this loss the start of the run is the reference.
    return undefined;
  }
}

/** InfoNCE at chance, ln(K + 1), to compare with the InfoNCE in the log. */
function chanceOf({ objective }: Recipe): Record<string, number> {
  return 'queueSize' in objective ? { 'infonce-chance': Math.log(objective.queueSize + 1) } : {};
}

function hasHalp({ objective }: Recipe): boolean {
  return objective.kind === 'halp' || objective.kind === 'halp-cmd';
}
