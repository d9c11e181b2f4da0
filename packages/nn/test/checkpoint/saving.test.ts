import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { FormatError, formatSafetensors } from '@halp/files';
import {
  batchNorm,
  disposeParams,
  loadParamsInto,
  mergeParams,
  ownedVariable,
  saveParams,
} from '@halp/nn';
import { loadParamsFile, saveParamsFile } from '@halp/nn/node';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';

onEachBackend(() => {
  it('restores variables of both types and the metadata', async () => {
    const [from, to] = [batchNorm({ features: 3 }), batchNorm({ features: 3 })];
    tf.tidy(() => void from.apply(tf.ones([4, 3]), { mode: 'train', rng: createRandom(0) }));
    tf.tidy(() => from.params['weight']?.assign(tf.tensor([1.5, -0.1, 1e-30])));
    const bytes = await saveParams(mergeParams(from.params, from.buffers), { epoch: '3' });
    const metadata = loadParamsInto(mergeParams(to.params, to.buffers), bytes, 'a.safetensors');
    expect(metadata).toEqual({ epoch: '3' });
    expectClose(to.params['weight'] as tf.Tensor, [1.5, -0.1, 1e-30].map(Math.fround), {});
    expectClose(to.buffers['num_batches_tracked'] as tf.Tensor, [1], {});
    from.dispose();
    to.dispose();
  });

  it('lists every difference and changes nothing', () => {
    const params = {
      a: ownedVariable(tf.tensor([1, 2])),
      b: ownedVariable(tf.tensor([3])),
      c: ownedVariable(tf.scalar(0, 'int32')),
      d: ownedVariable(tf.scalar(0)),
      e: ownedVariable(tf.scalar(4)),
    };
    const float = (shape: number[], ...data: number[]) =>
      ({ dtype: 'float32', shape, data: Float32Array.from(data) }) as const;
    const bytes = formatSafetensors({
      a: float([2], 5, 6),
      b: float([1, 1], 7),
      c: float([], 1),
      d: float([], NaN),
      f: float([], 1),
    });
    const load = (): unknown => loadParamsInto(params, bytes, 'x.safetensors');
    expect(load).toThrow(FormatError);
    expect(load).toThrow(
      "x.safetensors: expected exactly the model's variables; missing: e (the file has f); unexpected: f; " +
        'b: expected shape [1], got [1, 1]; c: expected integers, got float32; ' +
        'd: expected finite numbers, got NaN or infinity',
    );
    expectClose(params.a, [1, 2], {});
    disposeParams(params);
  });

  it('reads PyTorch’s wider numbers', () => {
    const params = { n: ownedVariable(tf.scalar(0, 'int32')), w: ownedVariable(tf.scalar(0)) };
    const bytes = formatSafetensors({
      n: { dtype: 'int64', shape: [], data: BigInt64Array.of(1234n) },
      w: { dtype: 'float64', shape: [], data: Float64Array.of(0.1) },
    });
    loadParamsInto(params, bytes, 'x.safetensors');
    expect(params.n.dataSync()[0]).toBe(1234);
    expect(params.w.dataSync()[0]).toBe(Math.fround(0.1));
    disposeParams(params);
  });

  it('writes and reads a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'halp-nn-'));
    const path = join(folder, 'w.safetensors');
    const params = { w: ownedVariable(tf.tensor([1, 2])) };
    await saveParamsFile(path, params, { a: 'b' });
    tf.tidy(() => params.w.assign(tf.zeros([2])));
    expect(await loadParamsFile(path, params)).toEqual({ a: 'b' });
    expectClose(params.w, [1, 2], {});
    await expect(loadParamsFile(path, {})).rejects.toThrow(`${path}: expected exactly`);
    await rm(folder, { recursive: true });
    disposeParams(params);
  });
});
