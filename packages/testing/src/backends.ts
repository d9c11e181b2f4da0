import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { useSoftwareVulkan } from './software-vulkan.ts';

/** The backends on which numbers are proven. */
export type TestedBackend = 'tensorflow' | 'wasm' | 'webgpu';

/** Where else a block of tests runs. */
export interface BackendChoice {
  /**
   * Also on WebGPU: on SwiftShader where there is no graphics processor, which is slow. `HALP_TEST_WEBGPU=1` in the
   * environment means every block, and `only` every block and no other backend.
   */
  readonly webgpu?: boolean;
}

/** Declares a block of tests for the backend on which they will run. */
export type BackendTests = (name: TestedBackend) => void;

/**
 * Runs a block of tests once on each of TensorFlow's own library and WebAssembly, and on WebGPU if it is asked for.
 *
 * Every test of the block must leave as many tensors as it found. Where a backend cannot start, the
 * tests of its block are reported as skipped, with the reason. What the tests share is made in
 * `beforeEach` or in the tests, not in `beforeAll`, which would run without a backend.
 *
 * @example
 * ```ts
 * onEachBackend(() => {
 *   it('adds', () => {
 *     tf.tidy(() => expectClose(tf.add(1, 2), [3], { absolute: 0 }));
 *   });
 * });
 * ```
 */
export function onEachBackend(body: BackendTests): void;
export function onEachBackend(choice: BackendChoice, body: BackendTests): void;
export function onEachBackend(first: BackendChoice | BackendTests, second?: BackendTests): void {
  const [choice, body] = second === undefined ? [{}, first as BackendTests] : [first, second];
  const { webgpu = false } = choice as BackendChoice;
  for (const name of testedBackends(webgpu)) onBackend(name, () => body(name));
}

/**
 * Runs a block of tests on one backend, under the terms of {@link onEachBackend}.
 */
export function onBackend(name: TestedBackend, body: () => void): void {
  describe(`on ${name}`, () => {
    let missing: string | undefined;
    let before = 0;
    beforeAll(async () => {
      missing = await start(name);
      if (missing !== undefined) console.warn(`skipping the tests on ${name}: ${missing}`);
    });
    beforeEach((context) => {
      if (missing !== undefined) context.skip(missing);
      before = tf.memory().numTensors;
    });
    afterEach((context) => {
      // A test that stopped half-way has not disposed, and that is not what is wrong with it.
      if (missing !== undefined || context.task.result?.state === 'fail') return;
      const left = tf.memory().numTensors - before;
      if (left !== 0) throw new Error(`${left} tensors more after the test than before it`);
    });
    body();
  });
}

/**
 * Runs a block of tests on TensorFlow's own library with bfloat16 factors, under the terms of {@link onEachBackend}; they are
 * skipped where the kernels for it are missing.
 */
export function inBfloat16(body: () => void): void {
  describe('in bfloat16', () => {
    onBackend('tensorflow', () => {
      beforeEach(async (context) => {
        if (tf.getKernel('HalpGruForward', 'tensorflow') === undefined)
          context.skip('there are no kernels for tensorflow');
        const { startBackend } = await import('@halp/backend');
        await startBackend({ prefer: 'tensorflow', precision: 'bfloat16' });
      });
      afterEach(async () => {
        const { currentPrecision, startBackend } = await import('@halp/backend');
        if (currentPrecision() === 'bfloat16')
          await startBackend({ prefer: 'tensorflow', precision: 'float32' });
      });
      body();
    });
  });
}

function testedBackends(webgpu: boolean): readonly TestedBackend[] {
  const asked = process.env['HALP_TEST_WEBGPU'] ?? '';
  if (asked === 'only') return ['webgpu'];
  return ['tensorflow', 'wasm', ...(webgpu || asked !== '' ? (['webgpu'] as const) : [])];
}

/**
 * What `work` returns, after an assertion that it left as many tensors as it found.
 *
 * Tensors among the result would count: let `work` dispose what it makes.
 */
export async function expectNoLeak<T>(work: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await work();
  const left = tf.memory().numTensors - before;
  expect(left, `${left} tensors more than before`).toBe(0);
  return result;
}

/** Why the backend cannot start here, or undefined once it runs. */
async function start(name: TestedBackend): Promise<string | undefined> {
  // Loaded only here, so that tests without tensors do not wait for a backend.
  const { BackendUnavailable, startBackend } = await import('@halp/backend');
  if (name === 'webgpu') useSoftwareVulkan();
  try {
    await startBackend({ prefer: name });
    return undefined;
  } catch (error) {
    if (error instanceof BackendUnavailable) return error.reason;
    throw error;
  }
}
