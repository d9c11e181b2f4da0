import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { ownedVariable } from '@halp/nn';
import { onEachBackend } from '@halp/testing';
import { exportOnnx } from '../src/index.ts';
import { type ClipLayer, expectAgreement, features, layerOf } from './agreement.ts';

const clips = { channels: 2, frames: 3, joints: 4, persons: 1 };

/** A layer that returns `f`, of any shape. */
function givingAny(f: (x: tf.Tensor5D) => tf.Tensor): ClipLayer {
  return layerOf((x) => f(x) as tf.Tensor2D);
}

/** A layer that returns `f`, flattened. */
function giving(f: (x: tf.Tensor5D) => tf.Tensor): ClipLayer {
  return layerOf((x) => features(f(x)));
}

/** All products of two clips. */
function products(x: tf.Tensor5D): tf.Tensor2D {
  return tf.matMul(features(x), features(x), false, true);
}

const refused: Readonly<Record<string, readonly [ClipLayer, message: string]>> = {
  'a kernel without a translation': [
    giving((x) => tf.atan2(x, x)),
    'exportOnnx: expected kernels with a translation to ONNX, got Atan2; write this part of the encoder with other functions',
  ],
  'a variant of a kernel without one': [
    giving((x) => tf.gather(x, tf.zeros<tf.Rank.R2>([x.shape[0], 1], 'int32'), 1, 1)),
    'exportOnnx: GatherV2 with batchDims = 1 cannot be written as ONNX',
  ],
  'numbers read on the way': [
    giving((x) => tf.mul(x, tf.max(x).dataSync()[0] ?? 0)),
    'apply reads the numbers of a tensor that it computes',
  ],
  'more steps for more clips': [
    giving((x) => tf.stack(tf.unstack(x))),
    'the same steps for any number of clips',
  ],
  'other steps for more clips': [
    giving((x) => (x.shape[0] < 20 ? tf.sin(x) : tf.cos(x))),
    'got Sin {} for 13 clips and Cos {} for 23',
  ],
  'constants that count the clips': [
    giving((x) => tf.mul(x, tf.reshape(tf.range(0, x.shape[0]), [-1, 1, 1, 1, 1]))),
    'or repeated along N, got a float32 [13]',
  ],
  'a number of clips inside a constant': [
    giving((x) => tf.div(x, x.shape[0])),
    'or repeated along N, got a float32 []',
  ],
  'constants drawn again': [
    giving((x) => tf.mul(x, tf.randomUniform([4, 1]))),
    'or repeated along N, got a float32 [4, 1]',
  ],
  'sizes that grow faster than the clips': [
    giving((x) => tf.add(x, tf.mean(tf.reshape(products(x), [x.shape[0] ** 2])))),
    'got 169 for 13 clips, 289 for 17 clips, 529 for 23 clips',
  ],
  'as many clips as happen to be traced': [
    givingAny((x) => {
      const channelsFirst = tf.transpose(features(x));
      const first = tf.mean(tf.slice(channelsFirst, [0, 0], [1, 13]));
      return tf.mul(features(x), first);
    }),
    'the same steps for any number of clips',
  ],
  'no features': [
    givingAny((x) => tf.mean(x, [1, 2, 3, 4])),
    'to give float32 features [N, D], got float32 [13] for 13 clips',
  ],
  'features that are no float32': [
    givingAny((x) => tf.cast(features(x), 'int32')),
    'to give float32 features [N, D], got int32 [13, 24] for 13 clips',
  ],
  'tensors without an element': [
    giving((x) => tf.slice(x, [0, 0, 0, 0, 0], [-1, 0, -1, -1, -1])),
    'expected no empty tensors, got one [13, 0, 3, 4, 1] from Slice',
  ],
};

onEachBackend(() => {
  for (const [what, [layer, message]] of Object.entries(refused)) {
    it(`refuses ${what}, and leaves TensorFlow.js as it was`, async () => {
      const backend = tf.getBackend();
      await expect(exportOnnx(layer, { clips })).rejects.toThrow(message);
      expect(tf.getBackend()).toBe(backend);
      expect(tf.findBackend('halp-onnx-trace')).toBeNull();
      expect(tf.getKernelsForBackend('halp-onnx-trace')).toEqual([]);
    });
  }

  it('exports after a refusal', async () => {
    const layer = giving((x) => tf.atan2(x, x));
    await expect(exportOnnx(layer, { clips })).rejects.toThrow('Atan2');
    const bytes = await exportOnnx(layerOf(features), { clips });
    await expectAgreement(layerOf(features), bytes, clips, { absolute: 0 });
  });

  it('refuses an encoder that keeps a computed tensor', async () => {
    const kept: tf.Tensor[] = [];
    const layer = layerOf((x) => {
      kept.push(tf.keep(tf.exp(x)));
      return features(x);
    });
    await expect(exportOnnx(layer, { clips })).rejects.toThrow(
      'apply keeps a tensor that it computes',
    );
    tf.dispose(kept);
  });

  it('lets an encoder keep a constant, which stays usable', async () => {
    let kept: tf.Tensor | undefined;
    const layer = layerOf((x) => {
      kept ??= tf.keep(tf.tensor1d([1, 2, 3, 4]));
      return features(tf.mul(x, tf.reshape(kept, [4, 1])));
    });
    const bytes = await exportOnnx(layer, { clips });
    await expectAgreement(layer, bytes, clips, { absolute: 1e-6 });
    kept?.dispose();
  });

  it('refuses an encoder that assigns to a variable in eval mode', async () => {
    const weight = ownedVariable(tf.ones([24]));
    const layer: ClipLayer = {
      ...layerOf((x) => {
        weight.assign(tf.mul(weight, 2));
        return features(x);
      }),
      params: { 'layer.weight': weight },
    };
    await expect(exportOnnx(layer, { clips })).rejects.toThrow('got an assignment to layer.weight');
    weight.dispose();
  });

  it('refuses weights that do not fit into a protobuf message', async () => {
    const info = { dataId: {}, shape: [24, 2 ** 25], dtype: 'float32' } as const;
    const huge = tf.engine().makeTensorFromTensorInfo({ ...info, shape: [24, 2 ** 25] });
    const layer = layerOf((x) => tf.matMul(features(x), huge));
    await expect(exportOnnx(layer, { clips })).rejects.toThrow(
      'expected at most 2147483647 bytes of weights in a file, got 3221225',
    );
    huge.dispose();
  });

  it('refuses variables with the name of another value', async () => {
    const weight = ownedVariable(tf.ones([1]));
    const layer: ClipLayer = { ...layerOf(features), params: { features: weight } };
    await expect(exportOnnx(layer, { clips })).rejects.toThrow(
      "exportOnnx: expected variables not named clips, features or /..., got 'features'",
    );
    weight.dispose();
  });

  it('refuses sizes, operator sets and metadata that no file can have', async () => {
    const layer = layerOf(features);
    await expect(exportOnnx(layer, { clips: { ...clips, frames: 0 } })).rejects.toThrow(
      'exportOnnx: expected a positive integer frames, got 0',
    );
    await expect(exportOnnx(layer, { clips, opset: 18 as 17 })).rejects.toThrow(
      'exportOnnx: expected an operator set from 13 to 17, got 18',
    );
    await expect(exportOnnx(layer, { clips, metadata: { frames: '9' } })).rejects.toThrow(
      "exportOnnx: expected metadata with keys other than channels, frames, joints, persons, got 'frames'",
    );
  });
});
