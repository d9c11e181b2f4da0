import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import {
  batchNorm,
  loadLayerInto,
  loadParamsInto,
  type Params,
  saveLayer,
  saveParams,
} from '@halp/nn';
import { loadLayerFile, saveLayerFile } from '@halp/nn/node';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';

onEachBackend(() => {
  /** A layer whose running statistics differ from the initial ones. */
  const trained = (features = 3): ReturnType<typeof batchNorm> => {
    const norm = batchNorm({ features });
    const rows = tf.tidy(() => tf.add<tf.Tensor2D>(tf.mul(tf.eye(4, features), 5), 2));
    norm.apply(rows, { mode: 'train', rng: createRandom(0) }).dispose();
    rows.dispose();
    return norm;
  };
  const rows = (): tf.Tensor2D => tf.tensor2d([[1, 2, 3]]);

  describe('saveLayer and loadLayerInto', () => {
    it('preserve the output in eval mode, and the metadata', async () => {
      const [from, to] = [trained(), batchNorm({ features: 3 })];
      const bytes = await saveLayer(from, { epoch: '3' });
      expect(loadLayerInto(to, bytes, 'a.safetensors')).toEqual({ epoch: '3' });
      const x = rows();
      const [wanted, got] = [from.apply(x, { mode: 'eval' }), to.apply(x, { mode: 'eval' })];
      expectClose(got, wanted, { absolute: 0 });
      tf.dispose([x, wanted, got]);
      from.dispose();
      to.dispose();
    });

    it('reject a file with the parameters only, another shape or another layer, and change nothing', async () => {
      const [from, wide, to] = [trained(), trained(4), trained()];
      const before = await to.params['weight']?.data();
      const load =
        (bytes: Uint8Array): (() => unknown) =>
        () =>
          loadLayerInto(to, bytes, 'a.safetensors');
      const alone = await saveParams(from.params);
      expect(load(alone)).toThrow(FormatError);
      expect(load(alone)).toThrow(
        "a.safetensors: expected exactly the model's variables; missing: running_mean; missing: running_var; missing: num_batches_tracked",
      );
      expect(load(await saveLayer(wide))).toThrow('weight: expected shape [3], got [4]');
      const { params, buffers } = from;
      const more = { params: { ...params, more: params['bias'] as tf.Variable }, buffers };
      expect(load(await saveLayer(more))).toThrow('unexpected: more');
      expect(await to.params['weight']?.data()).toEqual(before);
      for (const norm of [from, wide, to]) norm.dispose();
    });

    it('write and read a file', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'halp-nn-'));
      const path = join(folder, 'norm.safetensors');
      const [from, to] = [trained(), batchNorm({ features: 3 })];
      await saveLayerFile(path, from, { a: 'b' });
      expect(await loadLayerFile(path, to)).toEqual({ a: 'b' });
      expectClose(
        to.buffers['running_mean'] as tf.Tensor,
        from.buffers['running_mean'] as tf.Tensor,
        {
          absolute: 0,
        },
      );
      await rm(folder, { recursive: true });
      from.dispose();
      to.dispose();
    });
  });

  it('loadParamsInto of the parameters rejects a file of the whole layer', async () => {
    const norm = trained();
    const bytes = await saveLayer(norm);
    expect(() => loadParamsInto(norm.params, bytes, 'a.safetensors')).toThrow(
      'unexpected: running_mean',
    );
    norm.dispose();
  });

  it('saveParams and loadParamsInto reject a layer, and name the function to use', async () => {
    const norm = trained();
    const bytes = await saveLayer(norm);
    await expect(saveParams(norm as unknown as Params)).rejects.toThrow(
      new TypeError(
        'saveParams: expected variables by name, got a layer; call saveLayer for its parameters and buffers',
      ),
    );
    expect(() => loadParamsInto(norm as unknown as Params, bytes, 'a.safetensors')).toThrow(
      'loadParamsInto: expected variables by name, got a layer; call loadLayerInto',
    );
    norm.dispose();
  });
});
