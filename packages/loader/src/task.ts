import type { Pipeline } from '@halp/augment';
import type { DatasetSource } from '@halp/data';
import type { RandomState } from '@halp/random';
import type { Batch } from './batch.ts';
import type { PlainError } from './plain-error.ts';

/** What a worker thread is told when it starts. */
export interface WorkerSetup {
  readonly source: DatasetSource;
  readonly views: readonly Pipeline[];
  /** The modules that their steps may import. */
  readonly modules: readonly string[];
  /** The loader's stream. */
  readonly random: RandomState;
}

/** One batch that a worker thread shall make. */
export interface BatchTask {
  readonly epoch: number;
  /** The clips. */
  readonly indices: Int32Array;
  /** Where the views go, one after the other; the worker brings new memory where this is too small. */
  readonly memory: SharedArrayBuffer;
  /** One number on shared memory; the batch is not made if it is no longer 0. */
  readonly stop: Int32Array;
}

/** What has become of a task: views in shared memory, or what was thrown. */
export type BatchResult =
  | { readonly kind: 'made'; readonly memory: SharedArrayBuffer; readonly shape: Batch['shape'] }
  | { readonly kind: 'failed'; readonly error: PlainError };
