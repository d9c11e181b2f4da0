import * as tf from '@tensorflow/tfjs-core';
import { ownedVariable, type Params } from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectInteger,
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';

/** Size of a {@link KeyQueue}. */
export interface KeyQueueOptions {
  /** K, the number of keys; 16384 in MoCo and HaLP. */
  readonly size: number;
  /** D, the length of a key. */
  readonly dimension: number;
}

/** A ring buffer of the K newest keys. */
export interface KeyQueue {
  /** K. */
  readonly size: number;
  /** D. */
  readonly dimension: number;
  /** The keys `[K, D]` in ring order; `state.queue_ptr` is the position of the next write. */
  readonly keys: tf.Variable<tf.Rank.R2>;
  /** The variables for a checkpoint: `queue` (the keys) and `queue_ptr` `[1]`, int32. */
  readonly state: Params;
  /**
   * The newest keys `[count, D]`, in the order in which they were enqueued; owned by the caller.
   *
   * @throws RangeError if `count` is not an integer in [1, K].
   */
  newest(count: number): tf.Tensor2D;
  /**
   * Overwrites the oldest keys with those of a batch `[N, D]`, in its order, and wraps around at the end.
   *
   * @throws RangeError if `keys` is not `[N, D]` with 1 <= N <= K.
   */
  enqueue(keys: tf.Tensor2D): void;
  /** Disposes the keys and the pointer. */
  dispose(): void;
}

const optionNames: OptionNames<KeyQueueOptions> = {
  size: true,
  dimension: true,
};

/**
 * A queue filled with random unit vectors (normalised normal draws), which keys of batches replace.
 *
 * Source: He et al., MoCo, section 3.2 (arXiv 1911.05722); builder_single_modality_halp.py:66-68 of
 * the authors' HaLP code.
 *
 * @param rng - draws K * D normals, row by row.
 * @throws RangeError if a size is not a positive integer.
 * @remarks The authors' queue is `[D, K]` and its writes fail if K is not a multiple of N
 * (builder_single_modality_halp.py:102-108). This one is `[K, D]` and wraps for every N <= K.
 */
export function createKeyQueue(options: KeyQueueOptions, rng: Random): KeyQueue {
  const { size, dimension } = expectOptions('createKeyQueue', options, optionNames);
  expectPositiveIntegers('createKeyQueue', { size, dimension });
  expectRandom('createKeyQueue', rng);
  const start = tf.tensor2d(randomUnitRows(size, dimension, rng), [size, dimension]);
  const keys = ownedVariable(start, false) as tf.Variable<tf.Rank.R2>;
  const pointer = ownedVariable(tf.tensor1d([0], 'int32'), false);
  // Read on every call, because a checkpoint may have been restored into it.
  const next = (): number => pointer.dataSync()[0] as number;

  return {
    size,
    dimension,
    keys,
    state: { queue: keys, queue_ptr: pointer },
    newest(count) {
      expectInteger('newest', 'count', count, 1, size);
      const end = next();
      const wrapped = Math.max(0, count - end);
      return tf.tidy(() =>
        stack([rows(keys, size - wrapped, size), rows(keys, end - (count - wrapped), end)]),
      );
    },
    enqueue(batch) {
      const count = batch.shape[0];
      if (batch.rank !== 2 || batch.shape[1] !== dimension || count < 1 || count > size) {
        throw new RangeError(
          `enqueue: expected keys [N, ${dimension}] with N in [1, ${size}], ` +
            `got shape [${batch.shape.join(', ')}]; use a longer queue or smaller batches`,
        );
      }
      const at = next();
      const end = at + count;
      const over = Math.max(0, end - size);
      tf.tidy(() => {
        const pieces =
          over > 0
            ? [rows(batch, count - over, count), rows(keys, over, at), rows(batch, 0, count - over)]
            : [rows(keys, 0, at), batch, rows(keys, end, size)];
        keys.assign(stack(pieces));
        pointer.assign(tf.tensor1d([end % size], 'int32'));
      });
    },
    dispose() {
      keys.dispose();
      pointer.dispose();
    },
  };
}

function rows(matrix: tf.Tensor2D, from: number, to: number): tf.Tensor2D {
  return tf.slice(matrix, [from, 0], [to - from, matrix.shape[1]]);
}

/** The concatenation of all pieces that have rows; always a new tensor. */
function stack(pieces: readonly tf.Tensor2D[]): tf.Tensor2D {
  const filled = pieces.filter((piece) => piece.shape[0] > 0);
  return filled.length === 1 ? tf.clone(filled[0] as tf.Tensor2D) : tf.concat(filled, 0);
}

function randomUnitRows(rows: number, columns: number, rng: Random): Float32Array {
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = Float64Array.from({ length: columns }, () => rng.normal());
    const length = Math.hypot(...row);
    for (let d = 0; d < columns; d++) data[i * columns + d] = (row[d] as number) / length;
  }
  return data;
}
