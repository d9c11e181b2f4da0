import { isMainThread } from 'node:worker_threads';
import type { StepModule } from '@halp/augment';

/** Action of a step on its worker thread; on the main thread the step has no effect. */
export interface WorkerStepOptions {
  readonly kind:
    'count' | 'exit' | 'exit at the start' | 'fail at the start' | 'throw later' | 'hang';
  /** A counter of processed clips in shared memory. */
  readonly seen?: Int32Array;
  /** The number of clips before the action. */
  readonly after?: number;
}

/** A step that returns clips unchanged and ends or blocks its thread. */
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
