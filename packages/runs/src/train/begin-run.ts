import { relative, resolve } from 'node:path';
import { currentPrecision } from '@halp/backend';
import { readManifest } from '@halp/data/node';
import type { Recipe, Training } from '@halp/recipes';
import { type RunManifest, START, type TrainingPosition } from '@halp/train';
import { createRun, openRun, type RunFolder } from '@halp/train/node';
import { dataDifference, dataIdentity, trainingData } from '../run/data-checksums.ts';
import { note, type Say } from '../run/events.ts';
import { describeMachine, describeSoftware } from '../run/facts.ts';
import { moduleRecords } from '../run/module-records.ts';
import type { BranchPoint, LockedOptions } from './pretrain-options.ts';
import { expectSameRun, preparedDifferently } from './same-run.ts';

/** The run to train, and the position where training starts. */
export interface Beginning {
  /** The run. */
  readonly run: RunFolder;
  /** Where training starts. */
  readonly from: TrainingPosition;
}

/**
 * Creates the folder of a run, or opens it to resume, and loads the weights of its starting position into `training`.
 *
 * The folder is created only after the checkpoint that the run starts from has been read.
 *
 * @throws FormatError if the checkpoint cannot be read.
 * @throws Error if the folder has a run of another recipe, seed or data set.
 */
export async function beginRun(
  options: LockedOptions,
  training: Training,
  say: Say,
): Promise<Beginning> {
  const { recipe, recipeFile, data, out, seed, epochs, branch } = options;
  if (options.resume === true) return resumed(options, training, say);
  const modules = await moduleRecords(recipe, recipeFile);
  const from = branch === undefined ? START : await branched(branch, training, options, say);
  const run = await createRun(out, {
    format: 1,
    name: recipe.name,
    recipe: JSON.parse(JSON.stringify(recipe)) as unknown,
    seed,
    data: await describeData(recipe, data),
    software: describeSoftware(),
    machine: describeMachine(),
    startedAt: new Date().toISOString(),
    epochs,
    modules: modules.length === 0 ? undefined : modules,
    branchedFrom: branch && { run: relative(out, branch.run), epoch: branch.epoch },
  });
  return { run, from };
}

async function resumed(options: LockedOptions, training: Training, say: Say): Promise<Beginning> {
  const { recipe, data, out, seed, epochs } = options;
  const run = await openRun(out);
  await expectSameRun(run, { recipe, seed, data });
  const { branchedFrom } = run.manifest;
  const from = (await run.hasCheckpoint())
    ? (await run.restoreInto(training)).position
    : branchedFrom === undefined
      ? START
      : await branched(
          { ...branchedFrom, run: resolve(out, branchedFrom.run) },
          training,
          options,
          say,
        );
  const isImported = run.manifest.data['arrays'] === undefined;
  await run.amend({
    epochs: Math.max(epochs, from.epoch),
    data: await dataOf(run, recipe, data),
    software: isImported ? describeSoftware() : run.manifest.software,
  });
  return { run, from };
}

/** The data of a manifest. An imported run has none, and gets those of its first training. */
async function dataOf(
  { manifest }: RunFolder,
  recipe: Recipe,
  data: string,
): Promise<RunManifest['data']> {
  return manifest.data['arrays'] === undefined ? describeData(recipe, data) : manifest.data;
}

/** The data set for a manifest, without the splits of other runs. */
async function describeData({ data }: Recipe, folder: string): Promise<RunManifest['data']> {
  const { name, benchmarks, preparation } = await readManifest(folder);
  const arrays = Object.fromEntries(
    Object.entries(benchmarks).filter(
      ([benchmark, { split }]) => split === undefined || benchmark === data.benchmark,
    ),
  );
  return { name, benchmark: data.benchmark, preparation, arrays };
}

/**
 * Loads another run's checkpoint into the parts of this run that both have.
 *
 * @throws Error if the other run has another seed or preparation. The seed of an imported run may differ: it only
 * initialised what its file did not have.
 */
async function branched(
  branch: BranchPoint,
  training: Training,
  { recipe, seed, data, out }: LockedOptions,
  say: Say,
): Promise<TrainingPosition> {
  const source = await openRun(branch.run);
  const differences = await preparedDifferently(source, data);
  const { seed: began, importedFrom } = source.manifest;
  if (importedFrom === undefined && began !== seed) differences.push(`seed: ${began} !== ${seed}`);
  if (differences.length > 0) {
    throw new Error(
      `pretrain: expected a run with the same seed and preparation to start from, got ${branch.run} (${differences.join('; ')}); ` +
        'use its seed and its data set, or start from another run',
    );
  }
  const own = trainingData(source.manifest);
  const other = own.sha256 && dataDifference(own, await dataIdentity(data, recipe.data.benchmark));
  if (other !== undefined) {
    note(
      say,
      `${out}: starting from ${branch.run}, which was trained on other data than ${data} (${other})`,
    );
  }
  const { precision = 'float32' } = source.manifest.software;
  if (precision !== currentPrecision()) {
    note(
      say,
      `${out}: continuing in ${currentPrecision()} from ${branch.run}, which was trained in ${precision}`,
    );
  }
  const base = { objective: training.base, optimizer: training.optimizer };
  return (await source.loadInto(base, branch.epoch)).position;
}
