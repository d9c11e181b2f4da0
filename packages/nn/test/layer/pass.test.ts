import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batchNorm,
  childPass,
  dropout,
  expectPass,
  gru,
  layerNorm,
  linear,
  multiHeadAttention,
  type Pass,
  pointwiseConvolution,
  stochasticDepth,
  temporalConvolution,
} from '@halp/nn';
import { createRandom } from '@halp/random';
import { bothPasses, noPasses, onEachBackend } from '@halp/testing';

describe('expectPass', () => {
  it('accepts a pass of each mode', () => {
    for (const pass of bothPasses) expect(() => expectPass('mine', pass)).not.toThrow();
  });

  it('reports what it got and the call to use', () => {
    expect(() => expectPass('mine', 'eval')).toThrow(
      new TypeError(
        "mine: expected a pass { mode: 'eval' } or { mode: 'train', rng }, got 'eval'; for features call apply(x, { mode: 'eval' })",
      ),
    );
  });

  it('asks for the stream of a training pass', () => {
    expect(() => expectPass('mine', { mode: 'train', rng: 0 })).toThrow(
      new TypeError(
        'mine: expected a random stream (rng), got 0; pass createRandom(seed) of @halp/random',
      ),
    );
  });
});

describe('childPass', () => {
  const numbers = (pass: Pass): readonly number[] =>
    pass.mode === 'train' ? [pass.rng.uniform(), pass.rng.uniform()] : [];

  it('is the same pass in eval mode', () => {
    const pass = { mode: 'eval' } as const;
    expect(childPass(pass, 'a')).toBe(pass);
  });

  it('has a stream that depends on the name, not on draws or other children', () => {
    const pass = { mode: 'train', rng: createRandom(1) } as const;
    const first = numbers(childPass(pass, 'a'));
    const other = numbers(childPass(pass, 'b'));
    pass.rng.uniform();
    expect(numbers(childPass(pass, 'a'))).toEqual(first);
    expect(other).not.toEqual(first);
    expect(numbers(childPass({ mode: 'train', rng: createRandom(2) }, 'a'))).not.toEqual(first);
  });
});

onEachBackend(() => {
  const rng = createRandom(0);
  const sizes = { inputs: 4, outputs: 4 };
  const layers = {
    dropout: () => [dropout({ probability: 0.5 }), [3, 4]],
    stochasticDepth: () => [stochasticDepth({ probability: 0.5 }), [3, 4]],
    linear: () => [linear(sizes, rng), [3, 4]],
    multiHeadAttention: () => [multiHeadAttention({ features: 4, heads: 2 }, rng), [2, 3, 4]],
    gru: () => [gru({ inputs: 4, hidden: 2, layers: 1, direction: 'stepwise' }, rng), [2, 3, 4]],
    batchNorm: () => [batchNorm({ features: 4 }), [3, 4]],
    layerNorm: () => [layerNorm({ features: 4 }), [3, 4]],
    temporalConvolution: () => [temporalConvolution({ ...sizes, kernel: 3 }, rng), [2, 3, 2, 4]],
    pointwiseConvolution: () => [pointwiseConvolution(sizes, rng), [2, 3, 2, 4]],
  } as unknown as Readonly<Record<string, () => readonly [AnyLayer, number[]]>>;

  it.each(Object.entries(layers))(
    '%s rejects everything that is no pass, and changes nothing',
    async (_, make) => {
      const [layer, shape] = make();
      const x = tf.ones(shape);
      const running = layer.buffers['running_mean'];
      const before = running === undefined ? [] : [...(await running.data())];
      const tensors = tf.memory().numTensors;
      for (const pass of noPasses) {
        expect(() => layer.apply(x, pass as Pass)).toThrow(TypeError);
        expect(() => layer.apply(x, pass as Pass)).toThrow(/expected a (pass|random stream)/);
      }
      expect(tf.memory().numTensors).toBe(tensors);
      expect(running === undefined ? [] : [...(await running.data())]).toEqual(before);
      layer.apply(x, { mode: 'eval' }).dispose();
      x.dispose();
      layer.dispose();
    },
  );

  it('batchNorm rejects everything that is no pass before it runs the layer', () => {
    const norm = batchNorm({ features: 4 });
    let runs = 0;
    const layer = (): tf.Tensor => {
      runs += 1;
      return tf.ones([3, 4]);
    };
    expect(() => norm.applyTo(layer, 'train' as unknown as Pass)).toThrow(TypeError);
    expect(runs).toBe(0);
    norm.dispose();
  });
});

interface AnyLayer {
  readonly buffers: Readonly<Record<string, tf.Variable>>;
  apply(x: tf.Tensor, pass: Pass): tf.Tensor;
  dispose(): void;
}
