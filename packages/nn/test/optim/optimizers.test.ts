import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  adam,
  adamW,
  clipGradients,
  disposeParams,
  lars,
  type Optimizer,
  ownedVariable,
  type Params,
  sgd,
} from '@halp/nn';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';

const makers = { sgd, adam, adamW, lars };

interface Case {
  readonly kind: keyof typeof makers;
  readonly options: Readonly<Record<string, number>> & { readonly clip?: number };
  readonly after: Readonly<Record<string, number[]>>;
}

const { steps, cases } = JSON.parse(
  readFileSync(new URL('../fixtures/optimizers.json', import.meta.url), 'utf8'),
) as { readonly steps: number; readonly cases: readonly Case[] };

const shapes: Readonly<Record<string, number[]>> = { 'fc.weight': [3, 4], 'fc.bias': [4] };
const valuesOf = (name: string, value: (i: number) => number): tf.Tensor => {
  const shape = shapes[name] as number[];
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => value(i)),
    shape,
  );
};
const start = (): Params =>
  Object.fromEntries(
    Object.keys(shapes).map((name) => [
      name,
      ownedVariable(valuesOf(name, (i) => (((5 * i + name.length) % 17) - 8.5) / 8)),
    ]),
  );
/** The gradients of fixtures/optimizers.py. */
const gradientsAt = (step: number): Record<string, tf.Tensor> => {
  const scale = step % 10 === 9 ? 10 : 1;
  return Object.fromEntries(
    Object.keys(shapes).map((name) => [
      name,
      valuesOf(name, (i) => (scale * (((7 * i + 13 * step + name.length) % 23) - 11)) / 16),
    ]),
  );
};
const made = ({ kind, options: { clip, ...options } }: Case, params: Params): Optimizer => {
  const optimizer = makers[kind](params, options);
  return clip === undefined ? optimizer : clipGradients(optimizer, clip);
};
const run = (optimizer: Optimizer, from: number, to: number): void => {
  for (let step = from; step < to; step++) {
    tf.tidy(() => optimizer.step(gradientsAt(step), 0.01 * (1 + (step % 3))));
  }
};

describe('optimizers', () => {
  it.each([
    ['adam: expected beta1 in [0, 1), got 1', () => adam({}, { beta1: 1 })],
    ['adamW: expected beta2 in [0, 1), got -0.1', () => adamW({}, { beta2: -0.1 })],
    ['adam: expected epsilon to be finite and above 0, got 0', () => adam({}, { epsilon: 0 })],
    [
      'adamW: expected a finite weight decay of at least 0, got NaN',
      () => adamW({}, { weightDecay: NaN }),
    ],
    ['lars: expected trust to be finite and above 0, got 0', () => lars({}, { trust: 0 })],
    ['lars: expected momentum in [0, 1), got 1', () => lars({}, { momentum: 1 })],
    ['sgd: expected decayOn', () => sgd({}, { decayOn: 'biases' as 'all' })],
    [
      'clipGradients: expected norm to be finite and above 0, got 0',
      () => clipGradients(sgd({}), 0),
    ],
  ])('reject constants that are out of range: %s', (message, make) => {
    expect(make).toThrow(message);
  });
});

onEachBackend(() => {
  it.each(cases.map((one) => [`${one.kind} ${JSON.stringify(one.options)}`, one] as const))(
    'give PyTorch’s parameters after 100 steps: %s',
    (_, one) => {
      const params = start();
      const optimizer = made(one, params);
      run(optimizer, 0, steps);
      for (const [name, expected] of Object.entries(one.after)) {
        expectClose(params[name] as tf.Tensor, expected, { absolute: 1e-6, relative: 1e-6 });
      }
      optimizer.dispose();
      disposeParams(params);
    },
  );

  it.each([NaN, Infinity])(
    'never turn a gradient of %s into a plausible one by clipping',
    (value) => {
      const params = { w: ownedVariable(tf.tensor1d([1, 2])) };
      const optimizer = clipGradients(sgd(params), 1);
      tf.tidy(() => optimizer.step({ w: tf.tensor1d([value, 1]) }, 0.1));
      expect(params.w.dataSync()[0]).toBeNaN();
      optimizer.dispose();
      disposeParams(params);
    },
  );

  it.each(Object.keys(makers) as (keyof typeof makers)[])(
    'resume from their state bit for bit: %s',
    (kind) => {
      const one: Case = { kind, options: kind === 'sgd' ? { momentum: 0.9 } : {}, after: {} };
      const [whole, halves] = [start(), start()];
      const uninterrupted = made(one, whole);
      run(uninterrupted, 0, 9);
      const first = made(one, halves);
      run(first, 0, 4);
      const second = made(one, halves);
      expect(Object.keys(second.state)).toEqual(Object.keys(first.state));
      for (const [name, variable] of Object.entries(second.state)) {
        variable.assign(first.state[name] as tf.Tensor);
      }
      run(second, 4, 9);
      for (const name of Object.keys(shapes)) {
        expect(halves[name]?.dataSync()).toEqual(whole[name]?.dataSync());
      }
      for (const optimizer of [uninterrupted, first, second]) optimizer.dispose();
      disposeParams(whole);
      disposeParams(halves);
    },
  );

  it.each(Object.keys(makers) as (keyof typeof makers)[])(
    'keep only their state tensors, and reject a missing gradient before any change: %s',
    async (kind) => {
      const params = start();
      const optimizer = made({ kind, options: {}, after: {} }, params);
      const clipped = clipGradients(optimizer, 1);
      run(clipped, 0, 1);
      await expectNoLeak(() => {
        run(clipped, 1, 3);
      });
      const before = params['fc.bias']?.dataSync();
      expect(() => tf.tidy(() => optimizer.step({ 'fc.bias': tf.zeros([4]) }, 0.1))).toThrow(
        `${kind}: expected a gradient for 'fc.weight', got none`,
      );
      expect(() => tf.tidy(() => optimizer.step(gradientsAt(0), NaN))).toThrow(
        `${kind}: expected a finite learning rate of at least 0, got NaN`,
      );
      expect(params['fc.bias']?.dataSync()).toEqual(before);
      optimizer.dispose();
      disposeParams(params);
    },
  );
});
