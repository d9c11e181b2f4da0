import type { Recipe } from '@halp/recipes';
import type { TrainingEvent } from './events.ts';

/** A run at some epoch, which another run continues. */
export interface BranchPoint {
  /** Its folder. */
  readonly run: string;
  /** The epochs after which it is continued. */
  readonly epoch: number;
}

/** What to train, on what, and where to put it. */
export interface PretrainOptions {
  /** The experiment; modules that it names are imported. */
  readonly recipe: Recipe;
  /** The file that the recipe was read from, if any: modules are recorded relative to its folder. */
  readonly recipeFile?: string | undefined;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The folder of the run. */
  readonly out: string;
  /** Epochs after which to stop; the recipe's unless given. */
  readonly epochs?: number | undefined;
  /** Names every random number of the run; 0 unless given. */
  readonly seed?: number | undefined;
  /** Whether to continue the run that is in `out`. */
  readonly resume?: boolean | undefined;
  /** Whether a run is resumed whose modules are not what they were when it began. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** Where to begin, if not at the beginning. */
  readonly branch?: BranchPoint | undefined;
  /** Epochs after which a checkpoint is kept for good, besides the last. */
  readonly keep?: readonly number[] | undefined;
  /** Epochs between two checkpoints; 10 unless given. The last epoch is always saved. */
  readonly saveEvery?: number | undefined;
  /** How many of the checkpoints after an epoch are kept besides the last; none unless given. */
  readonly keepRecent?: number | undefined;
  /** Steps between two checkpoints inside an epoch; 500 unless given. */
  readonly saveEverySteps?: number | undefined;
  /** Epochs between two kNN accuracies for the log; never unless given. */
  readonly knnEvery?: number | undefined;
  /**
   * Epochs between two measurements of alignment, uniformity and RankMe for the log; 0 for none. Default: one
   * in 50 steps at most.
   */
  readonly probeEvery?: number | undefined;
  /** Threads that read and augment clips; decided by the data set and the machine unless given. */
  readonly workers?: number | undefined;
  /** Receives every step, every epoch and what is assumed. Default: none. */
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Stops after the step in flight. */
  readonly signal?: AbortSignal | undefined;
}

/** The options with what is known once the run is locked. */
export interface LockedOptions extends PretrainOptions {
  readonly seed: number;
  readonly epochs: number;
  /** Aborted when another process has taken the run over: nothing may be written then. */
  readonly lost: AbortSignal;
}
