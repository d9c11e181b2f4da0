import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { disposeParams, ownedVariable, sgd } from '@halp/nn';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';

/** PyTorch's update in plain numbers. */
function oracle(
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  { momentum, weightDecay, rate }: { momentum: number; weightDecay: number; rate: number },
): number[] {
  const p = [...start];
  const buffer: (number | undefined)[] = p.map(() => undefined);
  for (const gradient of gradients) {
    gradient.forEach((raw, i) => {
      const g = raw + weightDecay * (p[i] as number);
      const before = buffer[i];
      // The first buffer is the gradient itself.
      buffer[i] = before === undefined ? g : momentum * before + g;
      p[i] = (p[i] as number) - rate * buffer[i];
    });
  }
  return p;
}

describe('sgd', () => {
  it('rejects constants out of range', () => {
    expect(() => sgd({}, { momentum: 1 })).toThrow('momentum in [0, 1), got 1');
    expect(() => sgd({}, { weightDecay: -1 })).toThrow('weight decay of at least 0, got -1');
  });
});

onEachBackend(() => {
  it.each([
    [0, 0],
    [0.9, 0],
    [0, 0.1],
    [0.9, 0.1],
  ])(
    'equals PyTorch’s update over three steps, momentum %d, weight decay %d',
    (momentum, weightDecay) => {
      const gradients = [
        [1, -2],
        [0.5, 0.25],
        [-3, 1],
      ];
      const params = { 'fc.weight': ownedVariable(tf.tensor([3, -1])) };
      const optimizer = sgd(params, { momentum, weightDecay });
      for (const gradient of gradients) {
        tf.tidy(() => optimizer.step({ 'fc.weight': tf.tensor(gradient) }, 0.1));
      }
      const expected = oracle([3, -1], gradients, { momentum, weightDecay, rate: 0.1 });
      expectClose(params['fc.weight'], expected, { absolute: 1e-6 });
      optimizer.dispose();
      disposeParams(params);
    },
  );

  it('updates every element of a parameter that is split between threads, including the last ones', () => {
    // No number of threads from 2 to 64 divides it.
    const size = 100_003;
    const gradients = [0, 1].map((step) =>
      Float32Array.from({ length: size }, (_, i) => (i % 5) - step),
    );
    const params = {
      w: ownedVariable(tf.tensor1d(Float32Array.from({ length: size }, (_, i) => i % 3))),
    };
    const optimizer = sgd(params, { momentum: 0.5, weightDecay: 0.25 });
    for (const gradient of gradients) {
      tf.tidy(() => optimizer.step({ w: tf.tensor1d(gradient) }, 0.125));
    }
    const expected = oracle(
      Array.from({ length: size }, (_, i) => i % 3),
      gradients.map((gradient) => Array.from(gradient)),
      { momentum: 0.5, weightDecay: 0.25, rate: 0.125 },
    );
    // Every number is a small multiple of a power of two.
    expectClose(params.w, expected, { absolute: 0 });
    optimizer.dispose();
    disposeParams(params);
  });

  it('resumes exactly from its state', () => {
    const run = (restart: boolean): number[] => {
      const params = { w: ownedVariable(tf.tensor([1, 2])) };
      let optimizer = sgd(params, { momentum: 0.9 });
      for (let step = 0; step < 4; step++) {
        if (restart && step === 2) {
          const next = sgd(params, { momentum: 0.9 });
          for (const [name, value] of Object.entries(optimizer.state))
            next.state[name]?.assign(value);
          optimizer.dispose();
          optimizer = next;
        }
        tf.tidy(() => optimizer.step({ w: tf.tensor([step + 1, -step]) }, 0.05));
      }
      const result = Array.from(params.w.dataSync());
      optimizer.dispose();
      disposeParams(params);
      return result;
    };
    expect(run(true)).toEqual(run(false));
  });

  it('leaves no tensor behind and does not dispose the gradients', async () => {
    const params = { w: ownedVariable(tf.ones([3])) };
    const optimizer = sgd(params, { momentum: 0.9, weightDecay: 1e-4 });
    const gradient = tf.ones([3]);
    await expectNoLeak(() => optimizer.step({ w: gradient }, 0.1));
    expectClose(gradient, [1, 1, 1], {});
    expect(Object.keys(optimizer.state)).toEqual(['momentum.w']);
    tf.dispose(gradient);
    optimizer.dispose();
    disposeParams(params);
  });

  it('rejects a gradient that is missing, unknown or of another shape, and an invalid rate', () => {
    const params = { w: ownedVariable(tf.ones([3])) };
    const optimizer = sgd(params);
    tf.tidy(() => {
      const g = tf.ones([3]);
      expect(() => optimizer.step({}, 0.1)).toThrow("expected a gradient for 'w', got none");
      expect(() => optimizer.step({ w: g, v: g }, 0.1)).toThrow('got v too');
      expect(() => optimizer.step({ w: tf.ones([1]) }, 0.1)).toThrow("[3] for 'w', got [1]");
      expect(() => optimizer.step({ w: g }, NaN)).toThrow('learning rate of at least 0, got NaN');
    });
    optimizer.dispose();
    disposeParams(params);
  });
});
