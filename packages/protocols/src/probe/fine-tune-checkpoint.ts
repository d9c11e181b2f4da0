import type { Random } from '@halp/random';
import {
  checkpointInfo,
  loadCheckpointInto,
  saveCheckpoint,
  START,
  type TrainingPosition,
  type TrainingState,
} from '@halp/train';
import type { CheckAccuracy, ProbeEpoch, TrainingSettings } from './training-options.ts';

/** Storage for the state that training saves after every epoch and resumes from, usually a file. */
export interface CheckpointStore {
  /** Its name, for error messages. */
  readonly path: string;
  /** Fingerprint of what is trained; checkpoints with another fingerprint are ignored. */
  readonly of: string;
  /** The bytes of the last `write`; undefined if there was none. */
  readonly read: () => Promise<Uint8Array | undefined>;
  /** Replaces the stored bytes, atomically. */
  readonly write: (checkpoint: Uint8Array) => Promise<void>;
}

/** Progress of fine-tuning, without its variables. */
export interface FineTuneProgress {
  /** The position to resume from. */
  readonly position: TrainingPosition;
  /** The epochs done. */
  readonly epochs: readonly ProbeEpoch[];
  /** The check selected so far. */
  readonly best?: { readonly epoch: number; readonly accuracy: CheckAccuracy } | undefined;
}

/** A {@link CheckpointStore} for one training. */
export interface Checkpoints {
  /** Restores the variables and returns the progress of an earlier call; without one, the start of training. */
  restore(): Promise<FineTuneProgress>;
  /** Saves variables and progress. */
  save(progress: FineTuneProgress): Promise<void>;
}

/**
 * The checkpoints of one training in a store. Without a store, `restore` returns the start and `save` does nothing.
 *
 * @throws FormatError at `restore`, if the stored checkpoint is damaged.
 */
export function checkpointsIn<Input>(
  store: CheckpointStore | undefined,
  training: TrainingState<Input>,
  settings: TrainingSettings & { readonly weightDecay: number },
): Checkpoints {
  const start = { position: START, epochs: [] };
  if (store === undefined) {
    return { restore: () => Promise.resolve(start), save: () => Promise.resolve() };
  }
  const { epochs, milestones, checkEvery, selectBy, learningRate, weightDecay, names } = settings;
  const asked = { weightDecay, epochs, milestones, checkEvery, selectBy, learningRate, names };
  const of = JSON.stringify([store.of, asked]);
  return {
    async restore() {
      const bytes = await store.read();
      if (bytes === undefined) return start;
      const { notes, rng } = checkpointInfo(bytes, store.path);
      if (notes['of'] !== of || !sameStream(rng, training.rng)) return start;
      const { position } = loadCheckpointInto(bytes, store.path, training);
      const kept = JSON.parse(notes['progress'] ?? '{}') as Omit<FineTuneProgress, 'position'>;
      return { ...kept, position };
    },
    async save({ position, ...progress }) {
      const notes = { of, progress: JSON.stringify(progress) };
      await store.write(await saveCheckpoint(training, position, notes));
    },
  };
}

function sameStream(a: Random, b: Random): boolean {
  return JSON.stringify(a.state()) === JSON.stringify(b.state());
}
