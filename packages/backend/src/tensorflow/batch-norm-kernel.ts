import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import { addKernel } from '../kernels/replace-kernel.ts';
import type { Attribute, TensorflowBackend } from './backend.ts';

/** The attributes passed by `@halp/nn`. */
interface NormAttributes {
  readonly epsilon: number;
  readonly relu: boolean;
}

/**
 * Registers `HalpBatchNorm` and `HalpBatchNormGradient`, the kernels behind the `batchNorm` layer of `@halp/nn` in
 * `train` mode, on the tensorflow backend: TensorFlow's `FusedBatchNormV3` and `FusedBatchNormGradV3`, which read
 * the rows twice instead of ten times. Registering again has no effect.
 *
 * @throws Error if the tensorflow backend is not loaded.
 */
export function registerBatchNormKernel(changes: Changes): void {
  if (tf.findBackendFactory('tensorflow') === null) {
    throw new Error(
      'registerBatchNormKernel: expected the tensorflow backend to be loaded, got none; call startBackend first',
    );
  }
  register('HalpBatchNorm', forward, changes);
  register('HalpBatchNormGradient', gradient, changes);
}

type Kernel = (
  inputs: readonly tf.Tensor[],
  attributes: NormAttributes,
  backend: TensorflowBackend,
) => tf.Tensor[];

function register(kernelName: string, kernel: Kernel, changes: Changes): void {
  addKernel(changes, {
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) =>
      tf.tidy(() =>
        kernel(
          inputs as unknown as readonly tf.Tensor[],
          attrs as unknown as NormAttributes,
          backend as TensorflowBackend,
        ),
      ),
  });
}

/** Inputs: x, weight, bias, optional residual. Outputs: y, mean, variance over R − 1, and three tensors for the gradient. */
const forward: Kernel = ([x, weight, bias, add], attributes, backend) => {
  const { shape } = x as tf.Tensor;
  const none = tf.tensor1d([]);
  const [normalised, mean, variance, ...kept] = backend.executeMultipleOutputs(
    'FusedBatchNormV3',
    attributesFor(backend, attributes),
    [asImage(x as tf.Tensor), weight as tf.Tensor, bias as tf.Tensor, none, none],
    6,
  ) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
  const rows = tf.reshape(normalised, shape);
  const sum = add === undefined ? rows : tf.add(rows, add);
  return [attributes.relu ? tf.relu(sum) : sum, mean, variance, ...kept];
};

/** Inputs: dy, x, y, weight and the three tensors of `forward`. Outputs: the gradients of x, weight, bias and the residual. */
const gradient: Kernel = ([dy, x, y, weight, ...kept], attributes, backend) => {
  const { binding } = backend;
  const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  const d = attributes.relu
    ? backend.executeSingleOutput('ReluGrad', [type], [dy as tf.Tensor, y as tf.Tensor])
    : (dy as tf.Tensor);
  const [dx, dWeight, dBias] = backend.executeMultipleOutputs(
    'FusedBatchNormGradV3',
    attributesFor(backend, attributes),
    [asImage(d), asImage(x as tf.Tensor), weight as tf.Tensor, ...kept],
    5,
  ) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return [tf.reshape(dx, d.shape), dWeight, dBias, attributes.relu ? d : tf.clone(d)];
};

/** Rows `[R, F]` as images of one pixel, the shape that the operations expect. */
function asImage(rows: tf.Tensor): tf.Tensor {
  return tf.reshape(rows, [rows.shape[0] ?? 0, 1, 1, rows.shape[1] ?? 0]);
}

function attributesFor(
  { binding }: TensorflowBackend,
  { epsilon }: NormAttributes,
): readonly Attribute[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}
