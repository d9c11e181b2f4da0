import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { FormatError, formatPyTorch, type NdArray, parsePyTorch, stateOf } from '@halp/files';
import {
  batchNorm,
  disposeParams,
  loadStateInto,
  mergeParams,
  ownedVariable,
  type Params,
  stateArrays,
} from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';

const PATH = 'checkpoint.pth.tar';
const float = (shape: readonly number[], ...data: readonly number[]): NdArray => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(data),
});
const refused = (params: Params, tensors: Readonly<Record<string, NdArray>>): string => {
  let message = '';
  try {
    loadStateInto(params, tensors, PATH);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    message = (error as FormatError).message;
  }
  expect(message).toContain(`${PATH}: expected exactly the model's variables; `);
  return message.slice(message.indexOf(';') + 2);
};

onEachBackend(() => {
  it('keeps its values in a round trip through a PyTorch file', async () => {
    const [from, to] = [batchNorm({ features: 3 }), batchNorm({ features: 3 })];
    const all = ({ params, buffers }: typeof from): Params => mergeParams(params, buffers);
    tf.tidy(
      () =>
        void from.apply(tf.tensor2d([1, 2, 3, 4, 5, 7], [2, 3]), {
          mode: 'train',
          rng: createRandom(0),
        }),
    );
    const arrays = await stateArrays(all(from));
    expect(arrays['num_batches_tracked']).toEqual({
      ...{ dtype: 'int64', shape: [], data: BigInt64Array.of(1n) },
    });
    expect(arrays['weight']).toEqual(float([3], 1, 1, 1));
    const { tensors } = stateOf(parsePyTorch(formatPyTorch({ state_dict: arrays }), PATH), PATH);
    loadStateInto(all(to), tensors, PATH);
    expectClose(
      to.buffers['running_var'] as tf.Tensor,
      from.buffers['running_var'] as tf.Tensor,
      {},
    );
    expectClose(to.buffers['num_batches_tracked'] as tf.Tensor, [1], {});
    from.dispose();
    to.dispose();
  });

  it('reads wider floating point, and int64 values that fit in 32 bits', () => {
    const params = { n: ownedVariable(tf.scalar(0, 'int32')), w: ownedVariable(tf.scalar(0)) };
    loadStateInto(
      params,
      {
        n: { dtype: 'uint64', shape: [], data: BigUint64Array.of(2n ** 31n - 1n) },
        w: { dtype: 'float64', shape: [], data: Float64Array.of(0.1) },
      },
      PATH,
    );
    expect(params.n.dataSync()[0]).toBe(2 ** 31 - 1);
    expect(params.w.dataSync()[0]).toBe(Math.fround(0.1));
    disposeParams(params);
  });

  it('rejects all other dtypes', () => {
    const params = { n: ownedVariable(tf.scalar(0, 'int32')), w: ownedVariable(tf.scalar(0)) };
    const load = (n: NdArray, w: NdArray = float([], 1)): string => refused(params, { n, w });
    const int64 = (value: bigint): NdArray => ({
      ...{ dtype: 'int64', shape: [], data: BigInt64Array.of(value) },
    });
    expect(load(int64(2n ** 31n))).toBe('n: expected integers of 32 bits, got a larger one');
    expect(load(int64(2n ** 53n + 1n))).toBe('n: expected integers of 32 bits, got a larger one');
    expect(load(float([], 1))).toBe('n: expected integers, got float32');
    const bool = { dtype: 'bool', shape: [], data: Uint8Array.of(1) } as const;
    expect(load(bool)).toBe('n: expected integers, got bool');
    expect(load(int64(1n), int64(1n))).toBe('w: expected floating point, got int64');
    const wide = { dtype: 'float64', shape: [], data: Float64Array.of(1e39) } as const;
    expect(load(int64(1n), wide)).toBe('w: expected finite numbers, got NaN or infinity');
    expectClose(params.n, [0], {});
    expectClose(params.w, [0], {});
    disposeParams(params);
  });

  it('lists the first ten differences and changes nothing', () => {
    const names = Array.from({ length: 8 }, (_, i) => `a${i}`);
    const params: Record<string, tf.Variable> = { w: ownedVariable(tf.tensor([1, 2])) };
    for (const name of names) params[name] = ownedVariable(tf.scalar(0));
    const others = Object.fromEntries(names.map((name) => [`b.${name}`, float([], 1)]));
    const tensors = { w: float([2], 3, 4), ...others };
    expect(refused(params, tensors)).toBe(
      [
        ...names.map((name) => `missing: ${name} (the file has b.${name})`),
        ...['unexpected: b.a0', 'unexpected: b.a1', '... and 6 more'],
      ].join('; '),
    );
    expect(refused(params, { ...tensors, w: float([1, 2], 3, 4) })).toContain('... and 7 more');
    expectClose(params['w'] as tf.Tensor, [1, 2], {});
    disposeParams(params);
  });

  it('shows the most similar name of the file for a missing name', () => {
    const params = {
      'gcn.0.weight': ownedVariable(tf.scalar(0)),
      'gcn.1.weight': ownedVariable(tf.scalar(0)),
    };
    const one = float([], 1);
    expect(refused(params, { 'gcn.0.wieght': one, 'gcn.1.weight': one })).toBe(
      'missing: gcn.0.weight (the file has gcn.0.wieght); unexpected: gcn.0.wieght',
    );
    expect(refused(params, { 'gcn.1.weight': one, 'net.gcn.0.weight': one })).toContain(
      'missing: gcn.0.weight (the file has net.gcn.0.weight)',
    );
    expect(refused(params, { 'gcn.1.weight': one, queue: one })).toContain(
      'missing: gcn.0.weight; ',
    );
    disposeParams(params);
  });

  it('skips ignored tensors, except those of the model', () => {
    const params = { fc: ownedVariable(tf.scalar(0)) };
    const tensors = {
      ...{ fc: float([], 7), 'head.0.weight': float([1], 1), head: float([1], 1) },
    };
    loadStateInto(params, tensors, PATH, { ignore: ['head', 'fc'] });
    expectClose(params.fc, [7], {});
    const other = { ...tensors, header: float([], 1) };
    expect(() => loadStateInto(params, other, PATH, { ignore: ['head'] })).toThrow(
      'unexpected: header',
    );
    const { fc, ...rest } = tensors;
    expect(fc.data[0]).toBe(7);
    expect(() => loadStateInto(params, rest, PATH, { ignore: ['fc', 'head'] })).toThrow(
      'missing: fc',
    );
    disposeParams(params);
  });

  it('ignores properties of Object.prototype when looking up names in the file', () => {
    const params = { toString: ownedVariable(tf.scalar(0)) };
    expect(refused(params, {})).toBe('missing: toString');
    expect(refused({}, { constructor: float([], 1) })).toBe('unexpected: constructor');
    disposeParams(params);
  });

  it('rejects variables of other types', async () => {
    const params = { flag: ownedVariable(tf.tensor([true])) };
    await expect(stateArrays(params)).rejects.toThrow(
      "stateArrays: expected float32 or int32, got 'flag' of bool",
    );
    disposeParams(params);
  });
});
