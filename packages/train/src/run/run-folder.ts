import type { Params } from '@halp/nn';
import type { EpochReport } from '../fit/fit.ts';
import type { TrainingPosition } from '../fit/position.ts';
import type { CheckpointInfo, TrainingState } from './checkpoint.ts';
import type { RunManifest } from './manifest.ts';
import type { SavedCheckpoint } from './saved-checkpoints.ts';

/** The state that a checkpoint is loaded into. */
export type Restorable<Input> = Pick<TrainingState<Input>, 'objective' | 'optimizer'>;

/** How a checkpoint is kept in addition to the last one: permanently by its epoch, as the best, or as one of the k most recent. */
export type Keep = boolean | 'best' | KeepRecent;

/** Keeps the checkpoint as one of the k most recent. */
export interface KeepRecent {
  /** k; 0 keeps none. */
  readonly recent: number;
}

/**
 * A run on disk: `manifest.json`, `log.jsonl`, `checkpoints/`, `evaluations/`.
 *
 * Every file is replaced as a whole. Append an epoch to the log before its checkpoint is saved: if
 * a process dies in between, the log is ahead of the checkpoint, and {@link RunFolder.restoreInto} truncates it.
 */
export interface RunFolder {
  /** The path of the folder. */
  readonly path: string;
  /** The inputs of the run. */
  readonly manifest: RunManifest;
  /** Adds information to the manifest after the run was created; other fields are kept. */
  amend(change: Partial<Pick<RunManifest, 'epochs' | 'data' | 'software'>>): Promise<void>;
  /** The epochs of the log, in order. */
  readonly log: readonly EpochReport[];
  /** Adds an epoch to the log, and removes that epoch and later ones of an earlier attempt. */
  appendLog(report: EpochReport): Promise<void>;
  /**
   * Saves a checkpoint as the last one, and under its epoch's number, as the best one, or among the recent ones
   * (`{ recent: k }`: those of the k newest epochs saved this way; older ones are removed), if requested.
   *
   * The numbered one is written first. A run that dies in between resumes from the previous last checkpoint and writes
   * both again.
   *
   * @returns the path of the file that will not be overwritten, or of the last checkpoint.
   * @throws Error if a number is NaN or infinite, or as the file system reports it; existing checkpoints are kept.
   */
  save<Input>(
    training: TrainingState<Input>,
    position: TrainingPosition,
    keep?: Keep,
  ): Promise<string>;
  /**
   * Restores the last checkpoint, or the one after `epoch` epochs, to resume from it: it becomes the last one, and later
   * epochs are removed from the log.
   *
   * The checkpoint after an epoch may be one that is kept under its number, a recent one, or the last or the best one.
   *
   * @throws FormatError if there is no such checkpoint (the message lists the existing epochs) or it does not match; nothing
   * is changed in that case.
   */
  restoreInto<Input>(training: Restorable<Input>, epoch?: number): Promise<CheckpointInfo>;
  /**
   * Loads the last checkpoint, or the one after `epoch` epochs, into `training`; the folder is not changed.
   *
   * @throws FormatError if there is no such checkpoint (the message lists the existing epochs) or it does not match.
   */
  loadInto<Input>(training: Restorable<Input>, epoch?: number): Promise<CheckpointInfo>;
  /**
   * Loads a part of a checkpoint, the last one or the one after `epoch` epochs, into these variables only; see `loadCheckpointPartInto`.
   *
   * @throws FormatError if there is none (the message lists the existing epochs), or it lacks one of the variables.
   */
  loadPartInto(variables: Params, epoch?: number): Promise<CheckpointInfo>;
  /** Whether there is a checkpoint to restore: the last one, or the one after `epoch` epochs. */
  hasCheckpoint(epoch?: number): Promise<boolean>;
  /** The checkpoints at the end of an epoch, each epoch once, in their order. */
  checkpoints(): Promise<readonly SavedCheckpoint[]>;
  /** The path of the last checkpoint, or of the one that is kept after `epoch` epochs; it may not exist. */
  checkpointPath(epoch?: number): string;
  /**
   * Writes a JSON file of results under `evaluations/` and returns its path.
   *
   * @param name - a file name in the form of `fileNameOf` of `@halp/files`.
   * @throws RangeError if it is not such a name.
   */
  saveEvaluation(name: string, evaluation: unknown): Promise<string>;
  /**
   * The evaluations that have been saved, by name, in the order of their names.
   *
   * @throws FormatError if a file is not JSON.
   */
  evaluations(): Promise<Readonly<Record<string, unknown>>>;
}
