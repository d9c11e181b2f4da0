import type { Pipeline } from '@halp/augment';
import type { DatasetSource } from '@halp/data';
import type { RandomState } from '@halp/random';
import type { Batch } from './batch.ts';
import type { PlainError } from './plain-error.ts';

/** The data that a worker thread receives when it starts. */
export interface WorkerSetup {
  readonly source: DatasetSource;
  readonly views: readonly Pipeline[];
  /** The modules that their steps may import. */
  readonly modules: readonly string[];
  /** The loader's stream. */
  readonly random: RandomState;
}

/** One batch for a worker thread to make. */
export interface BatchTask {
  readonly epoch: number;
  /** The clips. */
  readonly indices: Int32Array;
  /** The memory for the views, one after the other; the worker allocates new memory if it is too small. */
  readonly memory: SharedArrayBuffer;
  /** One number in shared memory; the batch is skipped if it is not 0. */
  readonly stop: Int32Array;
}

/** The result of a task: views in shared memory, or the error that was thrown. */
export type BatchResult =
  | { readonly kind: 'made'; readonly memory: SharedArrayBuffer; readonly shape: Batch['shape'] }
  | { readonly kind: 'failed'; readonly error: PlainError };
