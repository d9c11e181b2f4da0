import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type DropOptions, dropout, stochasticDepth } from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectNoLeak, onEachBackend } from '@halp/testing';

const layers = { dropout, stochasticDepth };
const training = (seed: number) => ({ mode: 'train', rng: createRandom(seed) }) as const;

describe.each(Object.entries(layers))('%s', (name, make) => {
  it.each([-0.1, 1, NaN, undefined])('rejects the probability %s', (probability) => {
    expect(() => make({ probability } as DropOptions)).toThrow(
      new RangeError(`${name}: expected probability in [0, 1), got ${probability}`),
    );
  });
});

onEachBackend(() => {
  it.each(Object.entries(layers))('%s equals its input in eval mode', (_, make) => {
    tf.tidy(() => {
      const x = tf.randomNormal([3, 4], 0, 1, 'float32', 1);
      const y = make({ probability: 0.5 }).apply(x, { mode: 'eval' });
      expect([...y.dataSync()]).toEqual([...x.dataSync()]);
      expect(y).not.toBe(x);
    });
  });

  it('dropout keeps or drops each element by one draw in row-major order', () => {
    tf.tidy(() => {
      const x = tf.randomNormal([3, 4, 5], 0, 1, 'float32', 1);
      const y = dropout({ probability: 0.25 }).apply(x, training(2));
      const rng = createRandom(2);
      const wanted = [...x.dataSync()].map((each) =>
        rng.uniform() < 0.25 ? 0 : Math.fround(each * Math.fround(1 / 0.75)),
      );
      expect([...y.dataSync()].map((each) => each + 0)).toEqual(wanted);
    });
  });

  it('stochasticDepth keeps or drops each entry of the first axis by one draw', () => {
    tf.tidy(() => {
      const x = tf.ones([200, 2, 3]);
      const y = stochasticDepth({ probability: 0.25 }).apply(x, training(3));
      const rng = createRandom(3);
      const wanted = Array.from({ length: 200 }, () =>
        new Array<number>(6).fill(rng.uniform() < 0.25 ? 0 : Math.fround(1 / 0.75)),
      );
      expect([...y.dataSync()]).toEqual(wanted.flat());
    });
  });

  it('dropout drops the given share and keeps the mean', () => {
    const [mean, zeros] = tf.tidy(() => {
      const y = dropout({ probability: 0.3 }).apply(tf.ones([100_000]), training(4));
      return [tf.mean(y).dataSync()[0], tf.mean(tf.cast(tf.equal(y, 0), 'float32')).dataSync()[0]];
    });
    // Five standard deviations of 100,000 draws.
    expect(Math.abs((zeros as number) - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / 1e5));
    expect(Math.abs((mean as number) - 1)).toBeLessThan((5 * Math.sqrt(0.21 / 1e5)) / 0.7);
  });

  it.each(Object.entries(layers))('%s draws nothing at probability 0', (_, make) => {
    const pass = training(5);
    tf.tidy(() => {
      const x = tf.randomNormal([3, 4], 0, 1, 'float32', 1);
      expect([...make({ probability: 0 }).apply(x, pass).dataSync()]).toEqual([...x.dataSync()]);
    });
    expect(pass.rng.state()).toEqual(createRandom(5).state());
  });

  it.each(Object.entries(layers))('%s has the gradients of central differences', (_, make) => {
    tf.tidy(() => {
      const layer = make({ probability: 0.5 });
      const weights = tf.randomNormal([4, 3], 0, 1, 'float32', 2);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.mul(layer.apply(x, training(6)), weights));
      checkGradient(loss, [tf.randomNormal([4, 3], 0, 1, 'float32', 1)], { tolerance: 2e-3 });
    });
  });

  it.each(Object.entries(layers))('%s leaves one tensor, its output', async (_, make) => {
    const x = tf.ones([3, 4]);
    await expectNoLeak(() => make({ probability: 0.5 }).apply(x, training(7)).dispose());
    x.dispose();
  });
});
