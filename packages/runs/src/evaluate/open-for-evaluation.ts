import type { Crops, SelectionRule } from '@halp/protocols';
import { type EvaluationRecipe, type Recipe, trainedOn } from '@halp/recipes';
import type { TrainingPosition } from '@halp/train';
import { openRun, type RunFolder } from '@halp/train/node';
import { type EvaluationData, evaluationData } from '../features/evaluation-data.ts';
import { type PartFeatures, partFeatures } from '../features/part-features.ts';
import { type DataIdentity, dataIdentity } from '../run/data-checksums.ts';
import type { Say } from '../run/events.ts';
import { type LoadedEncoders, loadEncoders } from '../run/load-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import type { ProtocolContext } from './protocol.ts';

/** Which run, on what, and how. */
export interface RunToEvaluate extends ModuleTrust {
  /** The folder of the run. */
  readonly run: string;
  /** The folder of the prepared data set; another one than the run's is transfer. */
  readonly data: string;
  /** The split; the recipe's where the data set has it, else the only one, unless given. */
  readonly benchmark?: string | undefined;
  /** The epochs of training after which; the last checkpoint unless given. */
  readonly epoch?: number | undefined;
  /** How the protocols are run; as the run's recipe says unless given. */
  readonly evaluation?: EvaluationRecipe | undefined;
  /** What of the recipe's classifiers is done differently. */
  readonly change?: ClassifierChange | undefined;
  /** Stops between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** What can be asked of classifiers besides what the recipe says. */
export interface ClassifierChange {
  /** What the linear probe sees of training clips. */
  readonly crops?: Crops | undefined;
  /** Which epoch counts. */
  readonly selectBy?: SelectionRule | undefined;
}

/** A run at one of its checkpoints, and what protocols take of it. */
export interface OpenedRun {
  /** The run. */
  readonly folder: RunFolder;
  /** Its recipe, with what was asked of the evaluation. */
  readonly recipe: Recipe;
  /** Its recipe as it was trained. */
  readonly own: Recipe;
  /** Its seed. */
  readonly seed: number;
  /** The moment of training of the checkpoint. */
  readonly position: TrainingPosition;
  /** Where clips come from. */
  readonly data: EvaluationData;
  /** Which clips exactly. */
  readonly clips: DataIdentity;
  /** What protocols are run on. */
  readonly context: ProtocolContext;
  /** Disposes the encoders. */
  dispose(): void;
}

/**
 * The encoders of a run with the weights of a checkpoint; features are made when a protocol asks for them, once.
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

/** How a recipe evaluates, with what is done differently. */
export function changedEvaluation(
  evaluation: EvaluationRecipe,
  { crops, selectBy }: ClassifierChange,
): EvaluationRecipe {
  const { linear, fineTune } = evaluation;
  return {
    ...evaluation,
    linear: {
      ...linear,
      selectBy: selectBy ?? linear.selectBy,
      crops: crops ?? linear.crops,
    },
    fineTune: fineTune && { ...fineTune, selectBy: selectBy ?? fineTune.selectBy },
  };
}

/** A function of which every value is made once. */
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
