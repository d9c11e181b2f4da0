import { type EvaluationRecipe, type Recipe, trainedOn } from '@halp/recipes';
import type { TrainingPosition } from '@halp/train';
import { openRun, type RunFolder } from '@halp/train/node';
import { type EvaluationData, evaluationData } from '../features/evaluation-data.ts';
import { type PartFeatures, partFeatures } from '../features/part-features.ts';
import { changedEvaluation, type ClassifierChange } from '../protocols/change.ts';
import type { ProtocolContext } from '../protocols/protocol.ts';
import { type DataIdentity, dataIdentity } from '../run/data-checksums.ts';
import type { Say } from '../run/events.ts';
import { type LoadedEncoders, loadEncoders } from '../run/load-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';

/** Which run to evaluate, on which data, and how. */
export interface RunToEvaluate extends ModuleTrust {
  /** The folder of the run. */
  readonly run: string;
  /** The folder of the prepared data set. A data set other than the run's means transfer. */
  readonly data: string;
  /** The benchmark. Default: the recipe's if the data set has it, else its only one. */
  readonly benchmark?: string | undefined;
  /** The checkpoint, as the number of epochs trained. Default: the last one. */
  readonly epoch?: number | undefined;
  /** The settings of the protocols. Default: those of the run's recipe. */
  readonly evaluation?: EvaluationRecipe | undefined;
  /** Settings of classifiers that replace those of `evaluation`. */
  readonly change?: ClassifierChange | undefined;
  /** Stops between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** A run at one of its checkpoints, ready for protocols. */
export interface OpenedRun {
  /** The run. */
  readonly folder: RunFolder;
  /** Its recipe, with the settings of this evaluation. */
  readonly recipe: Recipe;
  /** Its recipe as it was trained. */
  readonly own: Recipe;
  /** Its seed. */
  readonly seed: number;
  /** The position of training at the checkpoint. */
  readonly position: TrainingPosition;
  /** The data set. */
  readonly data: EvaluationData;
  /** The identity of the clips. */
  readonly clips: DataIdentity;
  /** The input of the protocols. */
  readonly context: ProtocolContext;
  /** Disposes the encoders. */
  dispose(): void;
}

/**
 * The encoders of a run with the weights of a checkpoint. Features are computed once, when a protocol first needs them.
 *
 * @throws FormatError if run or data set cannot be read.
 * @throws RangeError if data set and recipe do not fit, or the run names a module that is not allowed.
 */
export async function openForEvaluation(options: RunToEvaluate, say: Say): Promise<OpenedRun> {
  const folder = await openRun(options.run);
  const own = recipeOfRun(folder);
  const recipe = {
    ...own,
    evaluation: changedEvaluation(options.evaluation ?? own.evaluation, options.change ?? {}),
  };
  const modules = await modulesOfRun(folder, recipe, options, say);
  const trained = trainedOn(folder.manifest);
  const data = await evaluationData(recipe, trained, options.data, options.benchmark);
  const clips = await dataIdentity(options.data, data.benchmark);
  const { seed } = folder.manifest;
  const loaded = await loadEncoders(folder, modules, options.epoch);
  const { encoders, position } = loaded;
  const features = once((part) =>
    partFeatures(encoders, recipe, data.open(part), modules, options.signal),
  );
  const copies = (): Promise<LoadedEncoders> => loadEncoders(folder, modules, options.epoch);
  return {
    ...{ folder, recipe, own, seed, position, data, clips },
    context: { recipe, data, encoders, modules, features, copies },
    dispose: () => loaded.dispose(),
  };
}

/** `make`, called at most once for each part. */
function once(
  make: (part: 'train' | 'test') => Promise<PartFeatures>,
): (part: 'train' | 'test') => Promise<PartFeatures> {
  const made = new Map<string, Promise<PartFeatures>>();
  return (part) => {
    const found = made.get(part) ?? make(part);
    made.set(part, found);
    return found;
  };
}
