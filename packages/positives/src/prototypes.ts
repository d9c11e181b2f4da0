import * as tf from '@tensorflow/tfjs-core';
import type { KeyQueue } from '@halp/contrastive';
import { disposeParams, ownedVariable, type Params } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectInteger } from '@halp/random/check';
import { checkSeeding, type Seeding, sphericalKMeans } from './spherical-k-means.ts';

/** Prototypes in variables, computed from a queue. */
export interface Prototypes {
  /** `[P, D]`; zeros until the first renewal. */
  readonly values: tf.Variable<tf.Rank.R2>;
  /** `prototypes` and `prototypes_ready`. */
  readonly state: Params;
  /** Whether they have been computed, in this run or before it was resumed. */
  ready(): boolean;
  /** Clusters the queue's newest keys; the draws are those of {@link sphericalKMeans}. */
  renew(rng: Random): Promise<void>;
  dispose(): void;
}

/** Options of {@link createPrototypes}. */
interface PrototypesOptions {
  /** P. */
  readonly count: number;
  /** The number of newest keys to cluster. */
  readonly newest: number;
  /** The seeding of the clustering. */
  readonly seeding: Seeding;
}

/**
 * Prototypes for the newest keys of a queue, initially zero.
 *
 * @param caller - the name of the objective in error messages.
 * @throws RangeError unless 1 <= count <= newest <= K.
 */
export function createPrototypes(
  caller: string,
  queue: KeyQueue,
  { count, newest, seeding }: PrototypesOptions,
): Prototypes {
  expectInteger(caller, 'newest', newest, 1, queue.size, 'the length of the queue');
  expectInteger(caller, 'prototypes', count, 1, newest, 'the number of keys');
  checkSeeding(caller, seeding);
  const shape: [number, number] = [count, queue.dimension];
  const values = ownedVariable(tf.zeros(shape), false) as tf.Variable<tf.Rank.R2>;
  const ready = ownedVariable(tf.tensor1d([0], 'int32'), false);
  const state = { prototypes: values, prototypes_ready: ready };
  return {
    values,
    state,
    // Read on every call, because a checkpoint may have been restored into it.
    ready: () => ready.dataSync()[0] === 1,
    async renew(rng) {
      const keys = queue.newest(newest);
      let data: Float32Array;
      try {
        // Not dataSync, which WebGPU does not support.
        data = (await keys.data()) as Float32Array;
      } finally {
        keys.dispose();
      }
      const points = { data, shape: [newest, queue.dimension] } as const;
      const { prototypes } = sphericalKMeans(points, { clusters: count, seeding }, rng);
      tf.tidy(() => {
        values.assign(tf.tensor2d(Float32Array.from(prototypes.data), shape));
        ready.assign(tf.tensor1d([1], 'int32'));
      });
    },
    dispose: () => disposeParams(state),
  };
}
