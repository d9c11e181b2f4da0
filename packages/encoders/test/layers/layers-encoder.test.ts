import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { afterEach, describe, expect, it } from 'vitest';
import { sgd } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { onEachBackend } from '@halp/testing';
import { encoderConformance } from '../../src/conformance.ts';
import { layersEncoder } from '../../src/index.ts';

const shape = [3, 8, 5, 2] as const;

/** Means over frames, two dense layers and a batch normalisation, with initializers seeded from the stream. */
function model(rng: Random, more: readonly layers.layers.Layer[] = []): layers.Sequential {
  const kernelInitializer = (): ReturnType<typeof layers.initializers.glorotUniform> =>
    layers.initializers.glorotUniform({ seed: rng.integer(2 ** 31) });
  return layers.sequential({
    layers: [
      layers.layers.flatten({ inputShape: [...shape] }),
      layers.layers.dense({ units: 6, kernelInitializer: kernelInitializer() }),
      layers.layers.batchNormalization(),
      ...more,
      layers.layers.dense({ units: 4, kernelInitializer: kernelInitializer() }),
    ],
  });
}

onEachBackend(() => {
  encoderConformance(
    {
      name: 'a tf.layers model',
      make: (rng) => layersEncoder(model(rng)),
      clips: { channels: 3, joints: 5, persons: 2, frames: 8 },
      personOrder: 'sensitive',
    },
    { describe, it, expect },
  );

  describe('layersEncoder', () => {
    const kept: { dispose(): unknown }[] = [];
    afterEach(() => void kept.splice(0).forEach((each) => each.dispose()));

    const clips = (): tf.Tensor5D => {
      const rng = createRandom(7);
      const numbers = Float32Array.from({ length: 3 * 240 }, () => rng.normal());
      const x = tf.tensor5d(numbers, [3, ...shape]);
      kept.push(x);
      return x;
    };

    it('gives the features of the model, names the weights by layer, and follows its moving averages', () => {
      const given = model(createRandom(0));
      const encoder = layersEncoder(given);
      kept.push(encoder);
      const x = clips();
      expect(encoder.featureSize).toBe(4);
      expect(Object.keys(encoder.params)).toEqual([
        ...['1.kernel', '1.bias', '2.gamma', '2.beta', '3.kernel', '3.bias'],
      ]);
      expect(Object.keys(encoder.buffers)).toEqual(['2.moving_mean', '2.moving_variance']);
      const [features, predicted] = [encoder.apply(x, { mode: 'eval' }), given.predict(x)];
      kept.push(features, predicted as tf.Tensor);
      expect(features.dataSync()).toEqual((predicted as tf.Tensor).dataSync());
      const before = encoder.buffers['2.moving_mean']?.dataSync();
      kept.push(encoder.apply(x, { mode: 'train', rng: createRandom(0) }));
      expect(encoder.buffers['2.moving_mean']?.dataSync()).not.toEqual(before);
    });

    it('is trained by an optimizer of @halp/nn', () => {
      const encoder = layersEncoder(model(createRandom(0)));
      const x = clips();
      const optimizer = sgd(encoder.params, { momentum: 0.9, weightDecay: 0 });
      kept.push(encoder, optimizer);
      const losses = Array.from({ length: 20 }, () => {
        const { value, grads } = tf.variableGrads(
          () => tf.mean(tf.square(encoder.apply(x, { mode: 'train', rng: createRandom(0) }))),
          Object.values(encoder.params),
        );
        const names = Object.entries(encoder.params).map(([name, { name: own }]) => [
          name,
          grads[own] as tf.Tensor,
        ]);
        optimizer.step(Object.fromEntries(names) as Record<string, tf.Tensor>, 0.1);
        const loss = value.dataSync()[0] as number;
        tf.dispose([value, grads]);
        return loss;
      });
      expect(losses.at(-1)).toBeLessThan(0.2 * (losses[0] as number));
    });

    it('disposes the model', () => {
      const before = tf.memory().numTensors;
      layersEncoder(model(createRandom(0))).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('refuses random layers, other shapes and other clips in one line', () => {
      const dropped = model(createRandom(0), [layers.layers.dropout({ rate: 0.5 })]);
      const flat = layers.sequential({
        layers: [layers.layers.dense({ units: 2, inputShape: [9] })],
      });
      const recurrent = layers.sequential({
        layers: [
          layers.layers.reshape({ targetShape: [8, 30], inputShape: [...shape] }),
          layers.layers.gru({ units: 2, recurrentDropout: 0.1 }),
        ],
      });
      // Disposes the inner model too.
      const nested = layers.sequential({ layers: [recurrent] });
      const encoder = layersEncoder(model(createRandom(0)));
      const x = tf.zeros<tf.Rank.R5>([1, 3, 9, 5, 2]);
      kept.push(dropped, flat, nested, encoder, x);
      expect(() => layersEncoder(dropped)).toThrow(
        /^layersEncoder: expected layers that draw no random numbers, got Dropout \(dropout_\w+\); leave it out/,
      );
      expect(() => layersEncoder(recurrent)).toThrow('got GRU');
      expect(() => layersEncoder(nested)).toThrow('got GRU');
      expect(() => layersEncoder(flat)).toThrow(
        'layersEncoder: expected a model from clips [null, C, T, V, M] to features [null, D], got [null, 9] to [null, 2]',
      );
      expect(() => encoder.apply(x, { mode: 'eval' })).toThrow(
        'layersEncoder: expected clips [null, 3, 8, 5, 2], got [1, 3, 9, 5, 2]',
      );
    });
  });
});
