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

/** Where a training keeps what it needs to go on, after every epoch; a file, most often. */
export interface CheckpointStore {
  /** Its name, for error messages. */
  readonly path: string;
  /** What is trained, as a text: a checkpoint of something else is not gone on from. */
  readonly of: string;
  /** What was last written; undefined before. */
  readonly read: () => Promise<Uint8Array | undefined>;
  /** Keeps the bytes in place of those before, as a whole or not at all. */
  readonly write: (checkpoint: Uint8Array) => Promise<void>;
}

/** How far fine-tuning has come, besides its variables. */
export interface FineTuneProgress {
  /** Where it goes on. */
  readonly position: TrainingPosition;
  /** The epochs until then. */
  readonly epochs: readonly ProbeEpoch[];
  /** The check that is selected so far. */
  readonly best?: { readonly epoch: number; readonly accuracy: CheckAccuracy };
}

/** A {@link CheckpointStore} for one training. */
export interface Checkpoints {
  /** How far an earlier call came, its variables restored; the beginning where there was none. */
  restore(): Promise<FineTuneProgress>;
  /** Keeps variables and progress. */
  save(progress: FineTuneProgress): Promise<void>;
}

/**
 * Checkpoints in a store; of no store, the beginning and nothing kept.
 *
 * @throws FormatError at `restore`, if what was kept is damaged.
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
