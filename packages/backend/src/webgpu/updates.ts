import type * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import type { WebGpuBackend } from './backend.ts';
import { dispatch, groupsFor, newTensor, perElement, registerFused } from './dispatch.ts';

const EMA = perElement('result[index] = behind[index] + rate[0] * (ahead[index] - behind[index]);');

const SGD = perElement(`
    let velocity = constants[1] * before[index] + (gradient[index] + constants[2] * parameter[index]);
    after[index] = velocity;
    result[index] = parameter[index] - constants[0] * velocity;`);

/**
 * Registers `HalpEma` and `HalpSgd`, the updates of a momentum encoder and of SGD of `@halp/nn`, on the webgpu backend:
 * one dispatch for each parameter. Registering again has no effect.
 */
export function registerWebGpuUpdates(changes: Changes): void {
  registerFused(changes, 'HalpEma', (inputs, _attributes, backend) => {
    const count = (inputs.length - 1) / 2;
    const rate = inputs.at(-1) as tf.Tensor;
    return inputs
      .slice(0, count)
      .map((target, i) => ema(target, inputs[count + i] as tf.Tensor, rate, backend));
  });
  registerFused(changes, 'HalpSgd', (inputs, _attributes, backend) => {
    const count = (inputs.length - 1) / 3;
    const constants = inputs.at(-1) as tf.Tensor;
    const steps = inputs.slice(0, count).map((parameter, i) => {
      const [before, gradient] = [inputs[count + i], inputs[2 * count + i]];
      return sgd(parameter, before as tf.Tensor, gradient as tf.Tensor, constants, backend);
    });
    return [...steps.map(({ result }) => result), ...steps.map(({ after }) => after)];
  });
}

function ema(
  target: tf.Tensor,
  source: tf.Tensor,
  rate: tf.Tensor,
  backend: WebGpuBackend,
): tf.Tensor {
  const result = newTensor(backend, target.shape);
  dispatch(backend, {
    name: 'ema',
    code: EMA,
    inputs: { behind: target, ahead: source, rate },
    outputs: { result },
    integers: { size: target.size },
    workgroups: groupsFor(target.size, backend),
  });
  return result;
}

function sgd(
  parameter: tf.Tensor,
  before: tf.Tensor,
  gradient: tf.Tensor,
  constants: tf.Tensor,
  backend: WebGpuBackend,
): { readonly result: tf.Tensor; readonly after: tf.Tensor } {
  const { shape, size } = parameter;
  const [result, after] = [newTensor(backend, shape), newTensor(backend, shape)];
  dispatch(backend, {
    name: 'sgd',
    code: SGD,
    inputs: { parameter, before, gradient, constants },
    outputs: { result, after },
    integers: { size },
    workgroups: groupsFor(size, backend),
  });
  return { result, after };
}
