import { isMainThread } from 'node:worker_threads';
import type { StepModule } from '@halp/augment';

/** What a step does to the worker thread on which it runs; on the main thread it does nothing. */
export interface WorkerStepOptions {
  readonly kind:
    'count' | 'exit' | 'exit at the start' | 'fail at the start' | 'throw later' | 'hang';
  /** One number in shared memory: the clips that came by. */
  readonly seen?: Int32Array;
  /** How many clips pass before it happens. */
  readonly after?: number;
}

/** A step that leaves clips as they are, and ends or stops its thread. */
export const createTransform: StepModule['createTransform'] = (given) => {
  const { kind, seen, after = 0 } = given as WorkerStepOptions;
  if (!isMainThread && kind === 'exit at the start') process.exit(4);
  if (!isMainThread && kind === 'fail at the start') throw new TypeError('not on this thread');
  let clips = 0;
  return (clip) => {
    if (seen !== undefined) Atomics.add(seen, 0, 1);
    if (!isMainThread && ++clips > after) act(kind);
    return clip;
  };
};

function act(kind: WorkerStepOptions['kind']): void {
  switch (kind) {
    case 'exit':
      return process.exit(3);
    case 'throw later':
      return queueMicrotask(() => {
        throw new TypeError('thrown when nobody looks');
      });
    case 'hang':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return;
    case 'count':
    case 'exit at the start':
    case 'fail at the start':
      return;
  }
}
