import type * as tf from '@tensorflow/tfjs-core';

/** An attribute of a TensorFlow operation. */
export interface Attribute {
  readonly name: string;
  /** One of the numbers of {@link TensorflowBackend.binding}. */
  readonly type: number;
  readonly value: boolean | number | string;
}

/** The codes of TensorFlow's C interface for types of attributes and tensors. */
type TypeNumber =
  'TF_ATTR_BOOL' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_TYPE' | 'TF_FLOAT';

/**
 * The parts of the backend of `@tensorflow/tfjs-node` 4.22.0 that run a TensorFlow operation by name and describe the
 * library. The package's own types lack them.
 */
export interface TensorflowBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding: Readonly<Record<TypeNumber, number>> & { readonly TF_Version?: string };
  executeSingleOutput(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}
