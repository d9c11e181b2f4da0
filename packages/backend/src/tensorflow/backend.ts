import type * as tf from '@tensorflow/tfjs-core';

/** An attribute of an operation of TensorFlow. */
export interface Attribute {
  readonly name: string;
  /** One of the numbers of {@link TensorflowBackend.binding}. */
  readonly type: number;
  readonly value: boolean | number | string;
}

/** The numbers by which TensorFlow's C interface names the types of attributes and of tensors. */
type TypeNumber =
  'TF_ATTR_BOOL' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_STRING' | 'TF_ATTR_TYPE' | 'TF_FLOAT';

/**
 * The parts of the backend of `@tensorflow/tfjs-node` 4.22.0 that run an operation of TensorFlow by its name and say what
 * it is; its own types leave them out.
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
