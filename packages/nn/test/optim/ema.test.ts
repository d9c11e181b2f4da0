import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { copyParams, disposeParams, emaUpdate, ownedVariable, type Params } from '@halp/nn';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';

function of(values: Record<string, number[]>): Params {
  return Object.fromEntries(
    Object.entries(values).map(([name, numbers]) => [name, ownedVariable(tf.tensor(numbers))]),
  );
}

onEachBackend(() => {
  it('approaches a constant source as 1 − mⁿ', async () => {
    const [target, source] = [of({ w: [0, 4] }), of({ w: [1, 4] })];
    await expectNoLeak(() => {
      for (let n = 0; n < 10; n++) emaUpdate(target, source, 0.9);
    });
    expectClose(target['w'] as tf.Tensor, [1 - 0.9 ** 10, 4], { absolute: 1e-6 });
    expectClose(source['w'] as tf.Tensor, [1, 4], {});
    disposeParams(target);
    disposeParams(source);
  });

  it('updates every element of a tensor that is split between threads, including the last ones', () => {
    // No number of threads from 2 to 64 divides it.
    const size = 100_003;
    const of = (value: (i: number) => number): Float32Array =>
      Float32Array.from({ length: size }, (_, i) => value(i));
    const start = of((i) => i % 7);
    const towards = of((i) => i % 11);
    const target = { w: ownedVariable(tf.tensor1d(start)) };
    const source = { w: ownedVariable(tf.tensor1d(towards)) };
    emaUpdate(target, source, 0.75);
    const expected = start.map((t, i) => 0.75 * t + 0.25 * (towards[i] as number));
    expectClose(target.w, expected, { absolute: 1e-6 });
    disposeParams(target);
    disposeParams(source);
  });

  it('changes nothing with momentum 1', () => {
    const [target, source] = [of({ w: [0.1, 0.7] }), of({ w: [1, 4] })];
    emaUpdate(target, source, 1);
    expectClose(
      target['w'] as tf.Tensor,
      tf.tidy(() => [0.1, 0.7].map(Math.fround)),
      {},
    );
    disposeParams(target);
    disposeParams(source);
  });

  it('rejects other names, other shapes and a momentum outside [0, 1]', () => {
    const [a, b, c] = [of({ w: [1] }), of({ v: [1] }), of({ w: [1, 2] })];
    expect(() => emaUpdate(a, b, 0.5)).toThrow('the same names on both sides, got v in the source');
    expect(() => emaUpdate(a, {}, 0.5)).toThrow("got 'w' in the target only");
    expect(() => copyParams(a, c)).toThrow("expected 'w' as float32 [1], got float32 [2]");
    expect(() => emaUpdate(a, a, 1.5)).toThrow('momentum in [0, 1], got 1.5');
    [a, b, c].forEach(disposeParams);
  });
});
