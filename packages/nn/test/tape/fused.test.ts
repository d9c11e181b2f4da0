import { onEachBackend, expectClose } from '@halp/testing';
import { createRandom } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, type TestContext } from 'vitest';

import {
  batchNorm,
  emaUpdate,
  gru,
  sgd,
  valueAndGradients,
  type GruDirection,
  type Params,
} from '../../src/index.ts';
import { hasFused, runFused, type FusedKernel } from '../../src/tape/fused.ts';

const names = [
  'HalpGruForward',
  'HalpGruBackward',
  'HalpEma',
  'HalpSgd',
  'HalpBatchNorm',
  'HalpBatchNormGradient',
] as const;

/** What `work` gives with the plain versions, though the backend has kernels. */
function plainly<T>(work: () => T): T {
  const backend = tf.getBackend();
  const present = names.filter(hasFused);
  const kernels = present.map((name) => tf.getKernel(name, backend));
  for (const name of present) tf.unregisterKernel(name, backend);
  try {
    return work();
  } finally {
    kernels.forEach((kernel) => tf.registerKernel(kernel));
  }
}

function requireKernels(context: TestContext, name: FusedKernel = 'HalpGruForward'): void {
  if (!hasFused(name)) context.skip(`there are no kernels for ${tf.getBackend()}`);
}

/** Output and gradients of a stack, of the input first. */
function passOf(
  params: Params,
  apply: (x: tf.Tensor3D) => tf.Tensor2D,
  x: tf.Tensor3D,
): tf.Tensor[] {
  const weight = tf.randomNormal([x.shape[0], 1], 0, 1, 'float32', 9);
  const loss = (y: tf.Tensor): tf.Scalar => tf.sum(tf.mul(tf.square(y), weight));
  const { grads } = tf.variableGrads(() => loss(apply(x)), Object.values(params));
  const dx = tf.grad((x) => loss(apply(x as tf.Tensor3D)))(x);
  return [apply(x), dx, ...Object.values(params).map((param) => grads[param.name] as tf.Tensor)];
}

describe('the kernels of a backend', () => {
  onEachBackend({ webgpu: true }, (name) => {
    const cases: readonly (readonly [
      N: number,
      T: number,
      F: number,
      H: number,
      layers: number,
      direction: GruDirection,
    ])[] = [
      [1, 1, 1, 1, 1, 'stepwise'],
      [3, 1, 4, 8, 2, 'bidirectional'],
      [5, 7, 3, 10, 2, 'bidirectional'],
      [8, 4, 33, 32, 1, 'stepwise'],
      [9, 6, 20, 45, 3, 'stepwise'],
      [64, 40, 60, 64, 2, 'bidirectional'],
      [2, 130, 6, 17, 1, 'bidirectional'],
    ];
    // The plain GRU has thousands of operations there, each of which takes SwiftShader milliseconds.
    const tooLong = name === 'webgpu' ? 3 : 0;
    it.for(cases.slice(0, cases.length - tooLong))(
      'agree with the plain GRU: N %i, T %i, F %i, H %i, %i layers, %s',
      ([N, T, inputs, hidden, layers, direction], context) => {
        requireKernels(context);
        const before = tf.memory().numTensors;
        const layer = gru({ inputs, hidden, layers, direction }, createRandom(N + T));
        tf.tidy(() => {
          const x = tf.randomNormal<tf.Rank.R3>([N, T, inputs], 0, 1, 'float32', 5);
          const apply = (x: tf.Tensor3D): tf.Tensor2D => layer.apply(x, 'train');
          const fused = passOf(layer.params, apply, x);
          const plain = plainly(() => passOf(layer.params, apply, x));
          plain.forEach((expected, i) => {
            const scale = Math.max(tf.max(tf.abs(expected)).dataSync()[0] as number, 1e-3);
            // Sums of up to T·N terms in another order.
            expectClose(fused[i] as tf.Tensor, expected, { absolute: 5e-6 * scale });
          });
        });
        layer.dispose();
        expect(tf.memory().numTensors).toBe(before);
      },
    );

    it('do not depend on where a value lies: large and tiny inputs saturate as the plain gates do', (context) => {
      requireKernels(context);
      const layer = gru(
        { inputs: 2, hidden: 16, layers: 1, direction: 'stepwise' },
        createRandom(1),
      );
      tf.tidy(() => {
        // One large number a frame: the rounding of a difference of two would decide about gates between 0 and 1.
        const x = tf.tensor3d([1e-30, -1e-30, 1e4, 0, 0, -300, 0, 0, -88, 0, 1e38, 0], [2, 3, 2]);
        const fused = layer.apply(x, 'eval');
        expectClose(
          fused,
          plainly(() => layer.apply(x, 'eval')),
          { absolute: 1e-6 },
        );
        expect([...fused.dataSync()].every((h) => Math.abs(h) <= 1)).toBe(true);
      });
      layer.dispose();
    });

    it('refuse weights that do not fit, instead of reading beyond them', (context) => {
      requireKernels(context);
      tf.tidy(() => {
        const x = tf.zeros([2, 3, 4]);
        const half = [tf.zeros([15, 4]), tf.zeros([15, 5]), tf.zeros([15]), tf.zeros([15])];
        const flags = { reversed: false, keep: false };
        expect(runFused('HalpGruForward', [x, ...half, ...half], flags)[0]?.shape).toEqual([
          2, 3, 10,
        ]);
        const short = [tf.zeros([15, 3]), ...half.slice(1)];
        expect(() => runFused('HalpGruForward', [x, ...half, ...short], flags)).toThrow(
          'an input has another shape than the others call for',
        );
      });
    });

    it('update as the plain SGD and EMA do', (context) => {
      requireKernels(context);
      const shapes = [[3, 50], [7], [200, 300]];
      const make = (): Record<string, tf.Variable> =>
        Object.fromEntries(
          shapes.map((shape, i) => [
            `p${i}`,
            tf.variable(tf.randomNormal(shape, 0, 1, 'float32', i + 1)),
          ]),
        );
      const run = (): Float32Array[] => {
        const [params, target] = [make(), make()];
        const optimizer = sgd(params, { momentum: 0.9, weightDecay: 1e-2 });
        for (let step = 0; step < 3; step++) {
          const gradients = Object.fromEntries(
            Object.entries(params).map(([name, { shape }], i) => [
              name,
              tf.randomNormal(shape, 0, 1, 'float32', 10 * step + i + 1),
            ]),
          );
          optimizer.step(gradients, 0.1);
          emaUpdate(target, params, 0.9);
        }
        const all = [params, optimizer.state, target].flatMap((each) => Object.values(each));
        const values = all.map((variable) => variable.dataSync().slice() as Float32Array);
        tf.dispose([params, target]);
        optimizer.dispose();
        return values;
      };
      const fused = tf.tidy(run);
      const plain = plainly(() => tf.tidy(run));
      expect(fused).toHaveLength(9);
      plain.forEach((expected, i) =>
        expectClose(fused[i] as Float32Array, expected, { absolute: 2e-6 }),
      );
    });

    it.for([
      [2, 1, false, false],
      [7, 5, true, false],
      [300, 33, false, true],
      [4000, 16, true, true],
    ] as const)(
      'agree with the plain batch normalisation: R %i, F %i, adding %s, relu %s',
      ([R, features, adds, relu], context) => {
        requireKernels(context, 'HalpBatchNorm');
        const run = (): Float32Array[] => {
          const layer = batchNorm({ features });
          layer.params['weight']?.assign(tf.randomNormal([features], 1, 0.5, 'float32', 1));
          layer.params['bias']?.assign(tf.randomNormal([features], 0, 1, 'float32', 2));
          const x = tf.variable(tf.randomNormal<tf.Rank.R2>([R, features], 5, 2, 'float32', 3));
          const add = tf.variable(tf.randomNormal<tf.Rank.R2>([R, features], 0, 1, 'float32', 4));
          const weights = tf.randomNormal([R, features], 0, 1, 'float32', 5);
          const after = adds ? { add, relu } : { relu };
          const { value, gradients } = valueAndGradients(
            () => tf.sum(tf.mul(layer.apply(x, 'train', after), weights)),
            { x, ...layer.params, ...(adds ? { add } : {}) },
          );
          const all = [value, ...Object.values(gradients), ...Object.values(layer.buffers)];
          const values = all.map((each) => Float32Array.from(each.dataSync()));
          tf.dispose([x, add]);
          layer.dispose();
          return values;
        };
        const fused = tf.tidy(run);
        const plain = plainly(() => tf.tidy(run));
        expect(fused).toHaveLength(adds ? 8 : 7);
        plain.forEach((expected, i) => {
          const scale = expected.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
          // Sums of up to 4,000 terms in another order.
          expectClose(fused[i] as Float32Array, expected, { absolute: 2e-5 * scale });
        });
      },
    );
  });
});
