import type { Recipe } from '@halp/recipes';
import { checkCall, type OptionCheck, type OptionChecks } from '../run/check-call.ts';
import { anInteger, aPath, optional } from '../run/option-checks.ts';
import type { TrainingEvent } from './events.ts';

/** A checkpoint of a run, from which another run starts. */
export interface BranchPoint {
  /** The folder of the run. */
  readonly run: string;
  /** The number of epochs trained. */
  readonly epoch: number;
}

/** Where a new run starts. */
export interface InitPoint {
  /** The folder of a run, or a PyTorch or safetensors file, which is imported into the new run first. */
  readonly from: string;
  /** The number of epochs trained. Default: of a run its last checkpoint, of a file as stored in it, else 0. */
  readonly epoch?: number | undefined;
}

const initChecks: OptionChecks<InitPoint> = { from: aPath, epoch: optional(anInteger(0)) };

/** The check of the option `init`. */
export const anInitPoint: OptionCheck = (caller, name, value) => {
  checkCall(caller, value as InitPoint, initChecks, `${name} to be an object { from, epoch }`);
};

const branchChecks: OptionChecks<BranchPoint> = { run: aPath, epoch: anInteger(0) };

/** The check of the option `branch`. */
export const aBranchPoint: OptionCheck = (caller, name, value) => {
  checkCall(caller, value as BranchPoint, branchChecks, `${name} to be an object { run, epoch }`);
};

/** What to train, on which data, and where the run is saved. */
export interface PretrainOptions {
  /** The recipe to train; modules that it names are imported. */
  readonly recipe: Recipe;
  /** The file that the recipe was read from: its modules are found and recorded relative to its folder. Default: none. */
  readonly recipeFile?: string | undefined;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The folder of the run. */
  readonly out: string;
  /** The number of epochs. Default: the recipe's. */
  readonly epochs?: number | undefined;
  /** The random seed. Default: 0. */
  readonly seed?: number | undefined;
  /** Whether to resume the run in `out`. Default: false. */
  readonly resume?: boolean | undefined;
  /** Whether a run is resumed although its modules have changed since it started. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** The checkpoint of another run to start from. Default: none. */
  readonly branch?: BranchPoint | undefined;
  /**
   * A run or a file to start from, in place of `branch`: a run without HaLP and with the same seed, or a checkpoint of another
   * program. Default: none.
   */
  readonly init?: InitPoint | undefined;
  /** Epochs whose checkpoints are kept for good, besides the last. Default: none. */
  readonly keep?: readonly number[] | undefined;
  /** Epochs between two checkpoints; the last epoch is always saved. Default: 10. */
  readonly saveEvery?: number | undefined;
  /** The number of earlier checkpoints that are kept besides the last. Default: 0. */
  readonly keepRecent?: number | undefined;
  /** Steps between two checkpoints inside an epoch. Default: 500. */
  readonly saveEverySteps?: number | undefined;
  /** Epochs between two kNN accuracies in the log. Default: never. */
  readonly knnEvery?: number | undefined;
  /**
   * Epochs between two measurements of alignment, uniformity and RankMe in the log; 0 for none. Default: the least number
   * of epochs with at least 50 steps.
   */
  readonly probeEvery?: number | undefined;
  /**
   * Epochs between two measurements of the gradient of each part of the loss, in the log: their norms, and the cosines between
   * them. Training is the same with and without. Default: never.
   */
  readonly gradientEvery?: number | undefined;
  /** Threads that load and augment clips. Default: chosen by the size of the data set and the machine. */
  readonly workers?: number | undefined;
  /** Called with every step, epoch and note. Default: none. */
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Stops after the current step. */
  readonly signal?: AbortSignal | undefined;
}

/** The options of a locked run. */
export interface LockedOptions extends PretrainOptions {
  readonly seed: number;
  readonly epochs: number;
  /** Aborted if another process takes over the lock: nothing may be written after that. */
  readonly lost: AbortSignal;
}
