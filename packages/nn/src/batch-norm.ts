import * as tf from '@tensorflow/tfjs-core';

import { expectPositiveIntegers, expectShape } from './check.ts';
import type { Layer } from './layer.ts';
import { disposeParams, ownedVariable } from './params.ts';

/** Size and constants of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Features of a row. */
  readonly features: number;
  /** Weight of the new batch in the running statistics, in [0, 1]; 0.1 unless given. */
  readonly momentum?: number;
  /** Added to the variance; 1e-5 unless given. */
  readonly epsilon?: number;
}

/**
 * Batch normalisation of rows `[R, F]` as PyTorch's `BatchNorm1d` (Ioffe and Szegedy, 2015):
 * y = w·(x − mean) / √(variance + ε) + b for each feature.
 *
 * In `train` mode mean and variance are those of the R rows, the variance divided by R; the running mean and the running
 * variance, there divided by R − 1, move towards them by `momentum`, and `num_batches_tracked` counts one more. In
 * `eval` mode the running statistics are used and nothing changes.
 *
 * Names: `weight`, `bias` | `running_mean`, `running_var`, `num_batches_tracked` (int32 here, int64 in PyTorch). In
 * `train` mode the layer is one operation on the tape.
 *
 * @throws RangeError if an option is out of range; `apply` throws if the input's shape is another, and in `train` mode
 * if there is one row only, whose variance says nothing.
 */
export function batchNorm({
  features,
  momentum = 0.1,
  epsilon = 1e-5,
}: BatchNormOptions): Layer<tf.Tensor2D, tf.Tensor2D> {
  expectPositiveIntegers('batchNorm', { features });
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new RangeError(`batchNorm: expected a momentum in [0, 1], got ${momentum}`);
  }
  if (!(epsilon > 0 && Number.isFinite(epsilon))) {
    throw new RangeError(`batchNorm: expected a positive epsilon, got ${epsilon}`);
  }
  const params = {
    weight: ownedVariable(tf.ones([features])),
    bias: ownedVariable(tf.zeros([features])),
  };
  const buffers = {
    running_mean: ownedVariable(tf.zeros([features]), false),
    running_var: ownedVariable(tf.ones([features]), false),
    num_batches_tracked: ownedVariable(tf.scalar(0, 'int32'), false),
  };
  const follow = (running: tf.Variable, batch: tf.Tensor): void => {
    running.assign(tf.add(running, tf.mul(tf.sub(batch, running), momentum)));
  };
  const track = ({ mean, variance, rows }: BatchStatistics): void => {
    follow(buffers.running_mean, mean);
    follow(buffers.running_var, tf.mul(variance, rows / (rows - 1)));
    buffers.num_batches_tracked.assign(tf.add(buffers.num_batches_tracked, tf.scalar(1, 'int32')));
  };
  return {
    params,
    buffers,
    apply(x, mode) {
      expectShape('batchNorm', x, [null, features], '[R, features]');
      if (mode === 'eval') {
        return tf.tidy(() => {
          const scale = tf.div(params.weight, tf.sqrt(tf.add(buffers.running_var, epsilon)));
          return tf.add<tf.Tensor2D>(tf.mul(tf.sub(x, buffers.running_mean), scale), params.bias);
        });
      }
      if (x.shape[0] < 2) {
        throw new RangeError(
          `batchNorm: expected at least 2 rows in train mode, got ${x.shape[0]}`,
        );
      }
      return normaliseBatch(x, params.weight, params.bias, epsilon, track);
    },
    dispose: () => {
      disposeParams(params);
      disposeParams(buffers);
    },
  };
}

/** What a batch's normalisation computes on its way. */
interface BatchStatistics {
  /** `[F]`. */
  readonly mean: tf.Tensor;
  /** `[F]`, divided by the number of rows. */
  readonly variance: tf.Tensor;
  /** The number of rows. */
  readonly rows: number;
}

/** y = w·(x − mean)/√(variance + ε) + b with the batch's own statistics, which `track` sees. */
function normaliseBatch(
  x: tf.Tensor2D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  epsilon: number,
  track: (statistics: BatchStatistics) => void,
): tf.Tensor2D {
  const rows = x.shape[0];
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, weight, bias, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const mean = tf.mean(x, 0);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.square(centred), 0);
    const scale = tf.rsqrt(tf.add(variance, epsilon));
    const unit = tf.mul(centred, scale);
    track({ mean, variance, rows });
    save([unit, tf.mul(scale, weight)]);
    return {
      value: tf.add(tf.mul(unit, weight), bias),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [unit, scale] = saved as [tf.Tensor, tf.Tensor];
        const dBias = tf.sum(dy, 0);
        const dWeight = tf.sum(tf.mul(dy, unit), 0);
        // The mean and the variance depend on x too, which takes these parts out of dy.
        const through = tf.add(tf.div(dBias, rows), tf.mul(unit, tf.div(dWeight, rows)));
        return [tf.mul(tf.sub(dy, through), scale), dWeight, dBias];
      },
    };
  })(x, weight, bias) as tf.Tensor2D;
}
