import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { batchNorm, emaUpdate, gru, sgd, valueAndGradients } from '../../src/index.ts';
import { runFused } from '../../src/tape/fused.ts';
import { GRU_STACKS, gruStackTests, plainly, requireKernels } from './fused-cases.ts';

describe('the kernels of a backend', () => {
  onEachBackend({ webgpu: true }, (name) => {
    // The plain GRU has thousands of operations, each of which takes milliseconds on SwiftShader; its larger stacks are in the long
    // lane.
    gruStackTests(name === 'webgpu' ? GRU_STACKS.slice(0, 1) : GRU_STACKS);

    it('saturate as the plain gates do for large and tiny inputs', (context) => {
      requireKernels(context);
      const layer = gru(
        { inputs: 2, hidden: 16, layers: 1, direction: 'stepwise' },
        createRandom(1),
      );
      tf.tidy(() => {
        // One large number per frame: with two, the rounding of their difference would determine gates between 0 and 1.
        const x = tf.tensor3d([1e-30, -1e-30, 1e4, 0, 0, -300, 0, 0, -88, 0, 1e38, 0], [2, 3, 2]);
        const fused = layer.apply(x, { mode: 'eval' });
        expectClose(
          fused,
          plainly(() => layer.apply(x, { mode: 'eval' })),
          { absolute: 1e-6 },
        );
        expect([...fused.dataSync()].every((h) => Math.abs(h) <= 1)).toBe(true);
      });
      layer.dispose();
    });

    it('reject weights of other shapes instead of reading out of bounds', (context) => {
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
          'expected inputs of matching shapes, got another shape',
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
            () =>
              tf.sum(
                tf.mul(layer.apply(x, { mode: 'train', rng: createRandom(0) }, after), weights),
              ),
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
