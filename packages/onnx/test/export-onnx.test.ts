import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { biGru } from '@halp/encoders';
import { ownedVariable } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectNoLeak, onEachBackend } from '@halp/testing';
import { exportOnnx } from '../src/index.ts';
import { type ClipLayer, expectAgreement, features, layerOf, parseModel } from './agreement.ts';

const clips = { channels: 2, frames: 3, joints: 4, persons: 1 };
const EXACT = { absolute: 1e-6 };

/** The sum of a clip's numbers, times a weight and a tensor that is no variable. */
function weighted(weight: tf.Variable, besides: tf.Tensor): ClipLayer {
  return {
    ...layerOf((x) => tf.mul(tf.mul(features(x), weight), besides)),
    params: { 'layer.weight': weight, unused: weight },
  };
}

onEachBackend(() => {
  it('states versions, producer, sizes and metadata', async () => {
    const metadata = { layout: 'kinect-v2', stream: 'joint' };
    const options = { clips, name: 'sum', metadata, opset: 15 } as const;
    const model = parseModel(await exportOnnx(layerOf(features), options));
    expect(model.irVersion).toBe(8);
    expect(model.producerName).toBe('@halp/onnx');
    expect(model.opsetImport).toEqual([{ domain: '', version: 15 }]);
    expect(model.graph.name).toBe('sum');
    expect(Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]))).toEqual({
      layout: 'kinect-v2',
      stream: 'joint',
      channels: '2',
      frames: '3',
      joints: '4',
      persons: '1',
    });
    const shapes = [...model.graph.input, ...model.graph.output].map(({ name, type }) => [
      name,
      type.tensorType.elemType,
      ...type.tensorType.shape.dim.map(({ dimParam, dimValue }) => dimParam ?? dimValue),
    ]);
    expect(shapes).toEqual([
      ['clips', 1, 'N', 2, 3, 4, 1],
      ['features', 1, 'N', 24],
    ]);
  });

  it('writes variables unchanged under their names, and leaves unused ones out', async () => {
    const encoder = biGru({ joints: 4, persons: 1, channels: 2, hidden: 3 }, createRandom(0));
    const { graph } = parseModel(await exportOnnx(encoder, { clips }));
    const variables = { ...encoder.params, ...encoder.buffers };
    const named = graph.initializer.filter(({ name }) => !name.startsWith('/'));
    // The number of batches does not matter here.
    const expected = Object.keys(variables).filter((name) => !name.endsWith('tracked'));
    expect(named.map(({ name }) => name).sort()).toEqual(expected.sort());
    for (const { name, dims, rawData } of named) {
      expect(dims).toEqual(variables[name]?.shape);
      expect(new Float32Array(Uint8Array.from(rawData).buffer)).toEqual(
        await variables[name]?.data<'float32'>(),
      );
    }
    encoder.dispose();
  });

  it('shares equal constants and leaves out nodes that do not affect the features', async () => {
    const layer = layerOf((x) => {
      tf.exp(x);
      const twice = tf.mul(tf.mul(x, tf.tensor1d([0.5])), tf.tensor1d([0.5]));
      return features(twice);
    });
    const { graph } = parseModel(await exportOnnx(layer, { clips }));
    expect(graph.node.map(({ opType }) => opType)).toEqual(['Mul', 'Mul', 'Reshape', 'Identity']);
    // The half, and the shape [-1, 24].
    expect(graph.initializer).toHaveLength(2);
  });

  it('writes tensors that the encoder holds in addition to its variables', async () => {
    const weight = ownedVariable(tf.fill([24], 0.5));
    const besides = tf.tensor1d(Array.from({ length: 24 }, (_, i) => i));
    const layer = weighted(weight, besides);
    const bytes = await expectNoLeak(() => exportOnnx(layer, { clips }));
    const names = parseModel(bytes).graph.initializer.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['layer.weight', '/captured_1']));
    await expectAgreement(layer, bytes, clips, EXACT);
    tf.dispose([weight, besides]);
  });

  it('computes sizes that grow with the batch from the clips', async () => {
    const layer = layerOf((x) => {
      const n = x.shape[0];
      const rows = features(x);
      // One row more than clips, and both sizes of a reshape that depend on N.
      const more = tf.concat([rows, tf.ones([1, 24])], 0);
      const products = tf.matMul(rows, more, false, true);
      const tall = tf.reshape(tf.tile(products, [2, 1]), [2, n, n + 1]);
      const first = tf.sum(tf.slice(tall, [1, 0, 0], [1, n, n + 1]), [0, 2]);
      const start = tf.zeros<tf.Rank.R3>([3, n, 2]);
      return tf.add(features(tf.transpose(start, [1, 0, 2])), tf.expandDims(first, 1));
    });
    const bytes = await exportOnnx(layer, { clips });
    await expectAgreement(layer, bytes, clips, { relative: 1e-5, absolute: 1e-4 });
  });

  it.each([13, 14, 15, 16, 17] as const)('writes operator set %i', async (opset) => {
    const encoder = biGru({ joints: 4, persons: 1, channels: 2, hidden: 3 }, createRandom(0));
    await expectAgreement(encoder, await exportOnnx(encoder, { clips, opset }), clips, EXACT);
    encoder.dispose();
  });
});
