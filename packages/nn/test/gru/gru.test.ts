import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gru,
  type GruDirection,
  type GruOptions,
  gruShapes,
  uniform,
  valueAndGradients,
} from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, expectGradientClose, onEachBackend } from '@halp/testing';
import { plainGru } from '../../src/gru/plain-gru.ts';

const DIRECTIONS = ['stepwise', 'bidirectional'] as const;

function create(options: GruOptions, seed = 1): ReturnType<typeof gru> {
  // Large enough that the gates leave their linear range.
  return gru({ weightInit: uniform(1), ...options }, createRandom(seed));
}

function frames(batch: number, count: number, inputs: number, seed = 2): tf.Tensor3D {
  return tf.randomNormal([batch, count, inputs], 0, 1, 'float32', seed);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function expectSameAsPlain(direction: GruDirection, sizes: GruOptions, n: number, t: number): void {
  const layer = create(sizes);
  tf.tidy(() => {
    const x = tf.variable(frames(n, t, sizes.inputs));
    const weights = tf.randomNormal([n, 2 * sizes.hidden], 0, 1, 'float32', 3);
    const all = { x, ...layer.params };
    const loss = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(y, weights));
    const ours = valueAndGradients(
      () => loss(layer.apply(x, { mode: 'train', rng: createRandom(0) })),
      all,
    );
    const expected = valueAndGradients(() => loss(plainGru(x, layer.params, direction)), all);
    expectClose(ours.value, expected.value, { relative: 1e-5, absolute: 1e-5 });
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      // 2e-6 absolute: with one frame the gradient of weight_hh is exactly 0.
      const tolerance = { relative: 1e-5, absolute: 2e-6 };
      expectGradientClose(ours.gradients[name] as tf.Tensor, gradient, tolerance);
    }
    x.dispose();
  });
  layer.dispose();
}

describe('gru', () => {
  it('rejects sizes that are not positive integers', () => {
    const sizes = { inputs: 1, hidden: 0, layers: 1, direction: 'stepwise' } as const;
    expect(() => create(sizes)).toThrow(RangeError);
    expect(() => create({ ...sizes, hidden: 1, layers: 0 })).toThrow(
      'gru: expected a positive integer layers, got 0',
    );
  });
});

describe('gruShapes', () => {
  it('has the 44,998,656 parameters of the authors’ model in total', () => {
    const shapes = Object.values(gruShapes({ inputs: 150, hidden: 1024, layers: 3 }));
    const sizes = shapes.map((shape) => shape.reduce((product, size) => product * size, 1));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(44_998_656);
  });
});

onEachBackend(() => {
  it('equals PyTorch’s formula, computed by hand for one unit and two frames', () => {
    const layer = create({ inputs: 1, hidden: 1, layers: 1, direction: 'stepwise' });
    const set = (name: string, values: number[], shape: number[]): void =>
      tf.tidy(() => layer.params[name]?.assign(tf.tensor(values, shape)));
    set('weight_ih_l0', [0.5, -0.25, 1], [3, 1]);
    set('weight_hh_l0', [0.75, 0.3, -0.6], [3, 1]);
    set('bias_ih_l0', [0.1, 0.2, 0.3], [3]);
    set('bias_hh_l0', [-0.4, 0.5, 0.7], [3]);
    let h = 0;
    for (const x of [2, -1]) {
      const r = sigmoid(0.5 * x + 0.1 + 0.75 * h - 0.4);
      const z = sigmoid(-0.25 * x + 0.2 + 0.3 * h + 0.5);
      const n = Math.tanh(x + 0.3 + r * (-0.6 * h + 0.7));
      h = (1 - z) * n + z * h;
    }
    tf.tidy(() => {
      const y = layer.apply(tf.tensor([2, -1], [1, 2, 1]), { mode: 'eval' });
      expectClose(tf.slice(y, [0, 0], [1, 1]), [h], { absolute: 1e-6 });
    });
    layer.dispose();
  });

  for (const direction of DIRECTIONS) {
    it.each([1, 2, 3])(
      `agrees with the plain ${direction} recurrence, value and every gradient, with %i layers`,
      (layers) => {
        expectSameAsPlain(direction, { inputs: 5, hidden: 4, layers, direction }, 3, 6);
      },
    );

    it(`has the gradients of central differences (${direction})`, () => {
      const layer = create({ inputs: 2, hidden: 2, layers: 2, direction });
      tf.tidy(() => {
        const weights = tf.randomNormal([2, 4], 0, 1, 'float32', 3);
        const loss = (x: tf.Tensor): tf.Scalar =>
          tf.sum(
            tf.mul(layer.apply(x as tf.Tensor3D, { mode: 'train', rng: createRandom(0) }), weights),
          );
        // The error of central differences for two stacked tanh layers.
        const options = { step: 1e-2, tolerance: 5e-3 };
        checkGradient(loss, [frames(2, 3, 2), ...Object.values(layer.params)], options);
      });
      layer.dispose();
    });

    it(`gives the same result with and without a gradient (${direction})`, () => {
      const layer = create({ inputs: 3, hidden: 4, layers: 3, direction });
      tf.tidy(() => {
        const x = frames(2, 5, 3);
        const quiet = layer.apply(x, { mode: 'eval' });
        const kept: tf.Tensor[] = [];
        tf.grad((x) => {
          const y = layer.apply(x as tf.Tensor3D, { mode: 'train', rng: createRandom(0) });
          kept.push(tf.keep(tf.clone(y)));
          return tf.sum(y);
        })(x);
        expectClose(kept[0] as tf.Tensor, quiet, {});
        tf.dispose(kept);
      });
      layer.dispose();
    });
  }

  it('agrees with the plain recurrence for any sizes', () => {
    const size = fc.integer({ min: 1, max: 5 });
    const property = fc.property(
      fc.record({ inputs: size, hidden: size, layers: fc.integer({ min: 1, max: 3 }) }),
      fc.constantFrom(...DIRECTIONS),
      size,
      size,
      (sizes, direction, n, t) => expectSameAsPlain(direction, { ...sizes, direction }, n, t),
    );
    fc.assert(property, { seed: 1, numRuns: 15 });
  });

  it('reads the frames backward in the second half of a bidirectional layer', () => {
    const layer = create({ inputs: 3, hidden: 4, layers: 1, direction: 'bidirectional' });
    const stepwise = create({ inputs: 3, hidden: 4, layers: 1, direction: 'stepwise' });
    tf.tidy(() => {
      const x = frames(2, 5, 3);
      for (const [name, value] of Object.entries(layer.params))
        stepwise.params[name]?.assign(value);
      const [forward, backward] = tf.split(layer.apply(x, { mode: 'eval' }), 2, 1);
      const [same] = tf.split(stepwise.apply(x, { mode: 'eval' }), 2, 1);
      const [, reversed] = tf.split(stepwise.apply(tf.reverse(x, 1), { mode: 'eval' }), 2, 1);
      expectClose(forward as tf.Tensor, same as tf.Tensor, {});
      expectClose(backward as tf.Tensor, reversed as tf.Tensor, { absolute: 1e-6 });
    });
    layer.dispose();
    stepwise.dispose();
  });

  it('treats each clip of a batch independently', () => {
    const layer = create({ inputs: 3, hidden: 4, layers: 2, direction: 'stepwise' });
    tf.tidy(() => {
      const x = frames(3, 5, 3);
      const together = layer.apply(x, { mode: 'eval' });
      const alone = tf
        .unstack(x)
        .map((clip) => layer.apply(tf.expandDims<tf.Tensor3D>(clip), { mode: 'eval' }));
      expectClose(tf.concat(alone), together, { absolute: 1e-6 });
    });
    layer.dispose();
  });

  it('confines a NaN to its clip', () => {
    for (const direction of DIRECTIONS) {
      const layer = create({ inputs: 3, hidden: 4, layers: 2, direction });
      tf.tidy(() => {
        const x = tf.buffer([2, 5, 3], 'float32', frames(2, 5, 3).dataSync<'float32'>().slice());
        x.set(Number.NaN, 1, 2, 0);
        const features = layer.apply(x.toTensor() as tf.Tensor3D, { mode: 'eval' }).arraySync();
        expect(features.map((feature) => feature.map(Number.isNaN))).toEqual([
          Array(8).fill(false),
          Array(8).fill(true),
        ]);
      });
      layer.dispose();
    }
  });

  it('keeps no activation when no gradient is recorded', async () => {
    const layer = create({ inputs: 8, hidden: 16, layers: 1, direction: 'stepwise' });
    const x = frames(16, 40, 8);
    const before = tf.memory().numBytes;
    const atLastStep = async (work: () => tf.Tensor): Promise<number> => {
      const { kernels } = await tf.profile(() => tf.tidy(() => void work()));
      const last = kernels.findLast(({ name }) => name === 'Tanh' || name === 'HalpGruForward');
      return (last?.totalBytesSnapshot ?? NaN) - before;
    };
    const quiet = await atLastStep(() => layer.apply(x, { mode: 'eval' }));
    const recorded = await atLastStep(() =>
      tf.grad((x) => layer.apply(x as tf.Tensor3D, { mode: 'train', rng: createRandom(0) }))(x),
    );
    // Bytes of the states of one half in all frames; r, z, c, n and h of both halves are ten times that.
    const sequence = 4 * 16 * 40 * 16;
    // The outputs of both halves and the input: the minimum for a kernel that computes a whole layer.
    expect(quiet).toBeLessThan(3 * sequence);
    expect(recorded).toBeGreaterThan(9 * sequence);
    x.dispose();
    layer.dispose();
  });

  it('has PyTorch’s names, shapes and initial range', () => {
    const layer = gru({ inputs: 6, hidden: 4, layers: 2, direction: 'stepwise' }, createRandom(0));
    const shapes = Object.entries(layer.params).map(([name, { shape }]) => [name, shape]);
    const half = (end: string, inputs: number): unknown[] => [
      [`weight_ih_${end}`, [12, inputs]],
      [`weight_hh_${end}`, [12, 4]],
      [`bias_ih_${end}`, [12]],
      [`bias_hh_${end}`, [12]],
    ];
    expect(shapes).toEqual([
      ...half('l0', 6),
      ...half('l0_reverse', 6),
      ...half('l1', 8),
      ...half('l1_reverse', 8),
    ]);
    for (const value of Object.values(layer.params)) {
      expect(value.dataSync().every((x) => Math.abs(x) <= 0.5)).toBe(true);
    }
    layer.dispose();
  });

  it('names the expected and the actual shape', () => {
    const layer = create({ inputs: 3, hidden: 2, layers: 1, direction: 'stepwise' });
    tf.tidy(() => {
      expect(() => layer.apply(tf.zeros([2, 5, 1]), { mode: 'eval' })).toThrow(
        'gru: expected [N, T, inputs] = [any, any, 3], got [2, 5, 1]',
      );
      expect(() => layer.apply(tf.zeros([2, 0, 3]), { mode: 'eval' })).toThrow(RangeError);
    });
    layer.dispose();
  });
});
