import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, gotText, type OptionNames } from '@halp/random/check';
import { expectPositiveIntegers } from '../check.ts';
import { disposeParams, ownedVariable, type Params } from '../layer/params.ts';
import { expectPass, type Pass } from '../layer/pass.ts';
import { relu } from '../layer/relu.ts';
import { normaliseBatch } from './normalise-batch.ts';

/** Size and constants of {@link batchNorm}. */
export interface BatchNormOptions {
  /** F: features of a row. */
  readonly features: number;
  /** Weight of the new batch in the running statistics, in [0, 1]. Default: 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default: 1e-5. */
  readonly epsilon?: number;
}

/** Operations after a normalisation, fused into it because that is cheaper. */
export interface Epilogue<T extends tf.Tensor> {
  /** Added to the normalised numbers; has their shape, and receives a gradient. */
  readonly add?: T | undefined;
  /** Whether a ReLU follows the addition. Default: false. */
  readonly relu?: boolean | undefined;
}

/** An affine map of each feature: y = scale·x + shift. */
export interface FeatureMap {
  /** `[F]`. */
  readonly scale: tf.Tensor;
  /** `[F]`. */
  readonly shift: tf.Tensor;
}

/** The {@link batchNorm} layer: a `Layer` for tensors of any rank from 2 whose last axis holds the features. */
export interface BatchNorm {
  /** `weight` and `bias`, `[F]`. */
  readonly params: Params;
  /** `running_mean` and `running_var`, `[F]`, and `num_batches_tracked`. */
  readonly buffers: Params;
  /**
   * The normalised tensor, owned by the caller, of the shape of x.
   *
   * @param x - `[..., F]`; all axes but the last count rows.
   * @param pass - `{ mode: 'eval' }` or `{ mode: 'train', rng }`.
   * @param epilogue - a sum and a ReLU after the normalisation.
   */
  apply<T extends tf.Tensor>(x: T, pass: Pass, epilogue?: Epilogue<T>): T;
  /**
   * `apply` to the output of a layer, owned by the caller. In `eval` mode the normalisation is passed to the layer as a
   * map: a convolution folds it into its weights, at no cost.
   *
   * @param layer - returns its output `[..., F]`, or scale·output + shift if it gets a map.
   * @param pass - `{ mode: 'eval' }` or `{ mode: 'train', rng }`.
   * @param epilogue - a sum and a ReLU after the normalisation.
   */
  applyTo<T extends tf.Tensor>(
    layer: (map?: FeatureMap) => T,
    pass: Pass,
    epilogue?: Epilogue<T>,
  ): T;
  /** Disposes `params` and `buffers`. */
  dispose(): void;
}

const optionNames: OptionNames<BatchNormOptions> = {
  features: true,
  momentum: true,
  epsilon: true,
};

/**
 * Batch normalisation over the last axis, of rows `[R, F]`, frames of joints `[N, T, V, F]` or any other shape, as
 * PyTorch's `BatchNorm1d` and `BatchNorm2d` (Ioffe and Szegedy, 2015): y = w·(x − mean) / √(variance + ε) + b for each
 * feature, with the statistics of all R rows (all axes but the last).
 *
 * In `train` mode, mean and variance are computed from the R rows, with the variance divided by R. The running mean and
 * the running variance, which is divided by R − 1, move towards them by `momentum`, and `num_batches_tracked` increases
 * by one. In `eval` mode the running statistics are used and nothing changes.
 *
 * Names: `weight`, `bias` | `running_mean`, `running_var`, `num_batches_tracked` (int32 here, int64 in PyTorch). In
 * `train` mode the layer is one operation on the tape.
 *
 * @throws RangeError if an option is out of range; `apply` throws if the input has another shape, and in `train` mode
 * if there is only one row, which has no variance.
 */
export function batchNorm(options: BatchNormOptions): BatchNorm {
  const {
    features,
    momentum = 0.1,
    epsilon = 1e-5,
  } = expectOptions('batchNorm', options, optionNames);
  expectPositiveIntegers('batchNorm', { features });
  if (!(Number.isFinite(momentum) && momentum >= 0 && momentum <= 1)) {
    throw new RangeError(`batchNorm: expected a momentum in [0, 1], got ${gotText(momentum)}`);
  }
  if (!(epsilon > 0 && Number.isFinite(epsilon))) {
    throw new RangeError(`batchNorm: expected a positive epsilon, got ${gotText(epsilon)}`);
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
  const move = (running: tf.Variable, batch: tf.Tensor): void => {
    running.assign(tf.add(running, tf.mul(tf.sub(batch, running), momentum)));
  };
  const track = (mean: tf.Tensor, variance: tf.Tensor): void => {
    move(buffers.running_mean, mean);
    move(buffers.running_var, variance);
    buffers.num_batches_tracked.assign(tf.add(buffers.num_batches_tracked, tf.scalar(1, 'int32')));
  };
  /** The layer in eval mode as an affine map. */
  const evalMap = (): FeatureMap => {
    const deviation = tf.sqrt(tf.add(buffers.running_var, epsilon));
    const scale = tf.div(params.weight, deviation);
    return { scale, shift: tf.sub(params.bias, tf.mul(buffers.running_mean, scale)) };
  };
  const apply = <T extends tf.Tensor>(x: T, pass: Pass, epilogue: Epilogue<T> = {}): T => {
    expectPass('batchNorm', pass);
    expectRows(x, features, epilogue);
    const rows = x.size / features;
    if (pass.mode === 'train' && rows < 2) {
      throw new RangeError(`batchNorm: expected at least 2 rows in train mode, got ${rows}`);
    }
    return tf.tidy(() => {
      if (pass.mode === 'eval') {
        const { scale, shift } = evalMap();
        return applyEpilogue(tf.add(tf.mul(x, scale), shift), epilogue);
      }
      const { weight, bias } = params;
      const flat = tf.reshape<tf.Rank.R2>(x, [rows, features]);
      const add = epilogue.add && tf.reshape<tf.Rank.R2>(epilogue.add, [rows, features]);
      const relu = epilogue.relu ?? false;
      const y = normaliseBatch(flat, { weight, bias, epsilon, add, relu, track });
      return tf.reshape(y, x.shape) as T;
    });
  };
  return {
    params,
    buffers,
    apply,
    applyTo(layer, pass, epilogue = {}) {
      expectPass('batchNorm', pass);
      return tf.tidy(() => {
        if (pass.mode === 'train') return apply(layer(), pass, epilogue);
        const y = layer(evalMap());
        expectRows(y, features, epilogue);
        return applyEpilogue(y, epilogue);
      });
    },
    dispose: () => {
      disposeParams(params);
      disposeParams(buffers);
    },
  };
}

/** Throws unless x is `[..., features]`, and `add` has the same shape. */
function expectRows(x: tf.Tensor, features: number, { add }: Epilogue<tf.Tensor>): void {
  if (x.shape.length < 2 || x.shape.at(-1) !== features || x.size === 0) {
    throw new RangeError(
      `batchNorm: expected [..., features] = [..., ${features}] of rank 2 or more, got [${x.shape.join(', ')}]`,
    );
  }
  if (x.dtype !== 'float32') throw new TypeError(`batchNorm: expected float32, got ${x.dtype}`);
  if (add !== undefined && !tf.util.arraysEqual(add.shape, x.shape)) {
    throw new RangeError(
      `batchNorm: expected add as [${x.shape.join(', ')}], got [${add.shape.join(', ')}]`,
    );
  }
}

/** x + `add`, after a ReLU if `relu` is set. */
function applyEpilogue<T extends tf.Tensor>(x: T, { add, relu: cut = false }: Epilogue<T>): T {
  const sum = add === undefined ? x : tf.add<T>(x, add);
  return cut ? relu(sum) : sum;
}
