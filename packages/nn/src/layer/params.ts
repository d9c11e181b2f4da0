import * as tf from '@tensorflow/tfjs-core';
import { expectObject, expectText } from '@halp/random/check';
import { expectParams, expectTensor } from '../check.ts';

/**
 * Named variables of a layer, an optimizer or an objective.
 *
 * Names are those of PyTorch's `state_dict` for the same module (`weight_ih_l0`, `fc.2.bias`), so checkpoints map one to
 * one.
 */
export type Params = Readonly<Record<string, tf.Variable>>;

/**
 * The same variables, or arrays of a file, under `<prefix>.<name>`, as PyTorch names the variables of a submodule.
 *
 * @param prefix - the submodule's name, without the dot.
 * @param values - the submodule's variables; not copied.
 */
export function prefixed<Value>(
  prefix: string,
  values: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  expectText('prefixed', 'a prefix', prefix);
  expectObject('prefixed', values, 'values by name');
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}

/**
 * One record with the variables of all the records, in order.
 *
 * @throws RangeError if a name occurs twice.
 */
export function mergeParams(...all: readonly Params[]): Params {
  const merged: Record<string, tf.Variable> = {};
  for (const params of all) {
    expectParams('mergeParams', params);
    for (const [name, value] of Object.entries(params)) {
      if (Object.hasOwn(merged, name))
        throw new RangeError(`mergeParams: expected distinct names, got '${name}' twice`);
      merged[name] = value;
    }
  }
  return merged;
}

/**
 * The variables, or arrays of a file, whose names start with `<prefix>.`, without that prefix; the inverse of
 * {@link prefixed}.
 */
export function withoutPrefix<Value>(
  prefix: string,
  values: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  expectText('withoutPrefix', 'a prefix', prefix);
  expectObject('withoutPrefix', values, 'values by name');
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(start))
      .map(([name, value]) => [name.slice(start.length), value]),
  );
}

/** The total number of elements of the variables. */
export function countParams(params: Params): number {
  expectParams('countParams', params);
  return Object.values(params).reduce((sum, value) => sum + value.size, 0);
}

/** Disposes every variable that is not disposed yet. */
export function disposeParams(params: Params): void {
  expectParams('disposeParams', params);
  for (const value of Object.values(params)) if (!value.isDisposed) value.dispose();
}

/**
 * A new variable with the tensor's values; the tensor is disposed.
 *
 * @param value - the initial values; disposed.
 * @param trainable - whether TensorFlow.js computes gradients for it. Default: true.
 */
export function ownedVariable(value: tf.Tensor, trainable = true): tf.Variable {
  expectTensor('ownedVariable', 'a value', value);
  const result = tf.variable(value, trainable);
  value.dispose();
  return result;
}
