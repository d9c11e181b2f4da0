import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { biGru, withHead } from '@halp/encoders';
import { linear, type Params, valueAndGradients } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, expectGradientClose, golden, type GoldenCase } from '@halp/testing';

/** Converts frames as rows [N, T, V*C*M] to clips [N, C, T, V, M]. */
function toClips(rows: tf.Tensor): tf.Tensor5D {
  const [n, t] = rows.shape as [number, number];
  return tf.transpose<tf.Tensor5D>(tf.reshape(rows, [n, t, 25, 3, 2]), [0, 3, 1, 2, 4]);
}

function toRows(clips: tf.Tensor): tf.Tensor {
  const [n, , t] = clips.shape as [number, number, number];
  return tf.reshape(tf.transpose(clips, [0, 2, 3, 1, 4]), [n, t, 150]);
}

function get(arrays: GoldenCase['arrays'], name: string): GoldenCase['arrays'][string] {
  const array = arrays[name];
  if (array === undefined) throw new Error(`no array '${name}'`);
  return array;
}

function tensor(arrays: GoldenCase['arrays'], name: string): tf.Tensor {
  const { data, shape } = get(arrays, name);
  return tf.tensor(Float32Array.from(data as Float64Array), [...shape]);
}

/** Sets variables to arrays with PyTorch's names, where `__` stands for a dot. */
function assign(params: Params, arrays: GoldenCase['arrays'], prefix = ''): void {
  for (const [name, variable] of Object.entries(params)) {
    if (variable.dtype !== 'float32') continue;
    tf.tidy(() => variable.assign(tensor(arrays, prefix + name.replaceAll('.', '__'))));
  }
}

/** Declares the test against the authors' numbers, on the backend of the surrounding block. */
export function authorsValuesTest(): void {
  it('has the values, gradients and running statistics of the authors’ code', () => {
    const { arrays } = golden('bigru');
    const encoder = biGru({ joints: 25, hidden: 10 }, createRandom(0));
    const network = withHead(encoder, linear({ inputs: 20, outputs: 16 }, createRandom(1)));
    assign(network.params, arrays);
    assign(network.buffers, arrays);
    tf.tidy(() => {
      const x = tf.variable(toClips(tensor(arrays, 'x')));
      const weight = tensor(arrays, 'weight');
      const train = (): tf.Scalar => {
        const out = network.apply(x, { mode: 'train', rng: createRandom(0) });
        expectClose(out, get(arrays, 'out_train'), { relative: 1e-4, absolute: 1e-6 });
        return tf.sum(tf.mul(out, weight));
      };
      const { gradients } = valueAndGradients(train, { x, ...network.params });
      expectGradientClose(toRows(gradients['x'] as tf.Tensor), get(arrays, 'grad__x'));
      for (const name of Object.keys(network.params)) {
        const expected = get(arrays, `grad__${name.replaceAll('.', '__')}`);
        expectGradientClose(gradients[name] as tf.Tensor, expected);
      }
      for (const name of ['running_mean', 'running_var']) {
        expectClose(
          network.buffers[`input_norm.${name}`] as tf.Tensor,
          get(arrays, `after__input_norm__${name}`),
          { relative: 1e-5, absolute: 1e-6 },
        );
      }
      const tolerance = { relative: 1e-4, absolute: 1e-6 };
      expectClose(encoder.apply(x, { mode: 'eval' }), get(arrays, 'feature_eval'), tolerance);
      expectClose(network.apply(x, { mode: 'eval' }), get(arrays, 'out_eval'), tolerance);
      x.dispose();
    });
    network.dispose();
  });
}
