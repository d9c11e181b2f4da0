import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batchNorm,
  expectMode,
  gru,
  layerNorm,
  linear,
  type Mode,
  multiHeadAttention,
  pointwiseConvolution,
  temporalConvolution,
} from '@halp/nn';
import { createRandom } from '@halp/random';
import { onEachBackend } from '@halp/testing';

const wrongModes = [undefined, null, true, 'training', 'Train', ''];

describe('expectMode', () => {
  it('accepts both modes', () => {
    for (const mode of ['train', 'eval']) expect(() => expectMode('mine', mode)).not.toThrow();
  });

  it('names the modes and the call to use', () => {
    expect(() => expectMode('mine', undefined)).toThrow(
      new TypeError(
        "mine: expected the mode 'train' or 'eval', got undefined; for features call apply(x, 'eval')",
      ),
    );
    expect(() => expectMode('mine', 'Eval')).toThrow("got 'Eval'");
  });
});

onEachBackend(() => {
  const rng = createRandom(0);
  const sizes = { inputs: 4, outputs: 4 };
  const layers = {
    linear: () => [linear(sizes, rng), [3, 4]],
    multiHeadAttention: () => [multiHeadAttention({ features: 4, heads: 2 }, rng), [2, 3, 4]],
    gru: () => [gru({ inputs: 4, hidden: 2, layers: 1, direction: 'stepwise' }, rng), [2, 3, 4]],
    batchNorm: () => [batchNorm({ features: 4 }), [3, 4]],
    layerNorm: () => [layerNorm({ features: 4 }), [3, 4]],
    temporalConvolution: () => [temporalConvolution({ ...sizes, kernel: 3 }, rng), [2, 3, 2, 4]],
    pointwiseConvolution: () => [pointwiseConvolution(sizes, rng), [2, 3, 2, 4]],
  } as unknown as Readonly<Record<string, () => readonly [AnyLayer, number[]]>>;

  it.each(Object.entries(layers))(
    '%s rejects any other mode, and changes nothing',
    async (_, make) => {
      const [layer, shape] = make();
      const x = tf.ones(shape);
      const running = layer.buffers['running_mean'];
      const before = running === undefined ? [] : [...(await running.data())];
      const tensors = tf.memory().numTensors;
      for (const mode of wrongModes) {
        expect(() => layer.apply(x, mode as Mode)).toThrow(TypeError);
        expect(() => layer.apply(x, mode as Mode)).toThrow("expected the mode 'train' or 'eval'");
      }
      expect(tf.memory().numTensors).toBe(tensors);
      expect(running === undefined ? [] : [...(await running.data())]).toEqual(before);
      layer.apply(x, 'eval').dispose();
      x.dispose();
      layer.dispose();
    },
  );

  it('batchNorm rejects another mode before it runs the layer', () => {
    const norm = batchNorm({ features: 4 });
    let runs = 0;
    const layer = (): tf.Tensor => {
      runs += 1;
      return tf.ones([3, 4]);
    };
    expect(() => norm.applyTo(layer, 'training' as Mode)).toThrow(TypeError);
    expect(runs).toBe(0);
    norm.dispose();
  });
});

interface AnyLayer {
  readonly buffers: Readonly<Record<string, tf.Variable>>;
  apply(x: tf.Tensor, mode: Mode): tf.Tensor;
  dispose(): void;
}
