import * as tf from '@tensorflow/tfjs-core';
import { expect, it, type TestContext } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose } from '@halp/testing';
import { gru, type GruDirection, type Params } from '../../src/index.ts';
import { type FusedKernel, hasFused } from '../../src/tape/fused.ts';

const names = [
  'HalpGruForward',
  'HalpGruBackward',
  'HalpEma',
  'HalpSgd',
  'HalpBatchNorm',
  'HalpBatchNormGradient',
] as const;

/** The result of `work` with the plain versions, even if the backend has kernels. */
export function plainly<T>(work: () => T): T {
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

export function requireKernels(context: TestContext, name: FusedKernel = 'HalpGruForward'): void {
  if (!hasFused(name)) context.skip(`there are no kernels for ${tf.getBackend()}`);
}

/** The output of a stack and its gradients, the input's first. */
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

/** A stack of GRU layers. */
type GruCase = readonly [
  N: number,
  T: number,
  F: number,
  H: number,
  layers: number,
  direction: GruDirection,
];

/** Stacks from the smallest sizes to the sizes used in training. */
export const GRU_STACKS: readonly GruCase[] = [
  [1, 1, 1, 1, 1, 'stepwise'],
  [3, 1, 4, 8, 2, 'bidirectional'],
  [5, 7, 3, 10, 2, 'bidirectional'],
  [8, 4, 33, 32, 1, 'stepwise'],
  [9, 6, 20, 45, 3, 'stepwise'],
  [64, 40, 60, 64, 2, 'bidirectional'],
  [2, 130, 6, 17, 1, 'bidirectional'],
];

/** Declares a test for each stack: the kernels of the backend agree with the plain layers. */
export function gruStackTests(stacks: readonly GruCase[]): void {
  it.for(stacks)(
    'agree with the plain GRU: N %i, T %i, F %i, H %i, %i layers, %s',
    ([N, T, inputs, hidden, layers, direction], context) => {
      requireKernels(context);
      const before = tf.memory().numTensors;
      const layer = gru({ inputs, hidden, layers, direction }, createRandom(N + T));
      tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R3>([N, T, inputs], 0, 1, 'float32', 5);
        const apply = (x: tf.Tensor3D): tf.Tensor2D =>
          layer.apply(x, { mode: 'train', rng: createRandom(0) });
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
}
