import * as tf from '@tensorflow/tfjs-core';
import { reluGradient } from '../layer/relu.ts';
import { hasFused, runFused } from '../tape/fused.ts';

/** Options of {@link normaliseBatch}. */
export interface Normalisation {
  /** `[F]`. */
  readonly weight: tf.Tensor;
  /** `[F]`. */
  readonly bias: tf.Tensor;
  /** Added to the variance. */
  readonly epsilon: number;
  /** `[R, F]`, added to the normalised rows. Default: nothing is added. */
  readonly add?: tf.Tensor2D | undefined;
  /** Whether a ReLU follows the addition. */
  readonly relu: boolean;
  /** Receives the statistics of the batch: the mean and the variance divided by R − 1, both `[F]`. */
  readonly track: (mean: tf.Tensor, variance: tf.Tensor) => void;
}

/** The normalised rows and the tensors that their gradient needs. */
interface Normalised {
  readonly y: tf.Tensor2D;
  readonly kept: readonly tf.Tensor[];
}

type Gradients = readonly [x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, add: tf.Tensor];

/**
 * y = w·(x − mean)/√(variance + ε) + b with the statistics of the rows `[R, F]`, plus `add`, then a ReLU if `relu` is
 * set; one operation on the tape.
 */
export function normaliseBatch(x: tf.Tensor2D, normalisation: Normalisation): tf.Tensor2D {
  const { add, relu, epsilon, track } = normalisation;
  const fused = hasFused('HalpBatchNorm');
  const inputs = [x, normalisation.weight, normalisation.bias, ...(add === undefined ? [] : [add])];
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const [x, weight, bias, add] = args.slice(0, -1) as [
      tf.Tensor2D,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor2D?,
    ];
    const own = { weight, bias, epsilon, add, relu, track };
    const { y, kept } = fused ? fusedForward(x, own) : plainForward(x, own);
    save([...(relu ? [y] : []), ...kept]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [y, rest] = relu ? [saved[0], saved.slice(1)] : [undefined, saved];
        const backward = fused ? fusedBackward : plainBackward;
        // Without the tidy and the disposal, all of it would be kept until the whole backward pass is done.
        const all = tf.tidy(() => backward(dy, y, rest, epsilon).slice(0, inputs.length));
        tf.dispose(saved);
        return all;
      },
    };
  })(...inputs);
}

function plainForward(
  x: tf.Tensor2D,
  { weight, bias, epsilon, add, relu, track }: Normalisation,
): Normalised {
  const rows = x.shape[0];
  const mean = tf.mean(x, 0);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), 0);
  track(mean, tf.mul(variance, rows / (rows - 1)));
  const scale = tf.rsqrt(tf.add(variance, epsilon));
  const unit = tf.mul(centred, scale);
  const normalised = tf.add<tf.Tensor2D>(tf.mul(unit, weight), bias);
  const sum = add === undefined ? normalised : tf.add<tf.Tensor2D>(normalised, add);
  return { y: relu ? tf.relu(sum) : sum, kept: [unit, tf.mul(scale, weight)] };
}

function plainBackward(
  dy: tf.Tensor,
  y: tf.Tensor | undefined,
  [unit, scale]: readonly tf.Tensor[],
): Gradients {
  const d = y === undefined ? dy : reluGradient(dy, y);
  const rows = d.shape[0];
  const dBias = tf.sum(d, 0);
  const dWeight = tf.sum(tf.mul(d, unit as tf.Tensor), 0);
  // The mean and the variance depend on x; their gradients are subtracted from dy.
  const through = tf.add(tf.div(dBias, rows), tf.mul(unit as tf.Tensor, tf.div(dWeight, rows)));
  return [tf.mul(tf.sub(d, through), scale as tf.Tensor), dWeight, dBias, d];
}

function fusedForward(
  x: tf.Tensor2D,
  { weight, bias, epsilon, add, relu, track }: Normalisation,
): Normalised {
  const inputs = [x, weight, bias, ...(add === undefined ? [] : [add])];
  const [y, mean, variance, ...kept] = runFused('HalpBatchNorm', inputs, { epsilon, relu });
  track(mean as tf.Tensor, variance as tf.Tensor);
  return { y: y as tf.Tensor2D, kept: [x, weight, ...kept] };
}

function fusedBackward(
  dy: tf.Tensor,
  y: tf.Tensor | undefined,
  [x, ...rest]: readonly tf.Tensor[],
  epsilon: number,
): Gradients {
  const inputs = [dy, x as tf.Tensor, y ?? dy, ...rest];
  const relu = y !== undefined;
  return runFused('HalpBatchNormGradient', inputs, { epsilon, relu }) as unknown as Gradients;
}
