import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { useSoftwareVulkan } from './software-vulkan.ts';

/** The backends on which numbers are tested. */
export type TestedBackend = 'tensorflow' | 'wasm' | 'webgpu';

/** Additional backends of a block of tests. */
export interface BackendChoice {
  /**
   * Also on WebGPU: on SwiftShader, which is slow, if there is no GPU. In the environment, `HALP_TEST_WEBGPU=1` means
   * every block, and `HALP_TEST_WEBGPU=only` every block and no other backend.
   */
  readonly webgpu?: boolean;
}

/** Declares a block of tests for a backend. */
export type BackendTests = (name: TestedBackend) => void;

/**
 * Runs a block of tests on TensorFlow's library, on WebAssembly, and optionally on WebGPU.
 *
 * Every test of the block must leave as many tensors as there were before. If a backend cannot start, the
 * tests of its block are reported as skipped, with the reason. Shared objects are created in
 * `beforeEach` or in the tests, not in `beforeAll`, which runs without a backend.
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
 * Runs a block of tests on one backend, under the rules of {@link onEachBackend}.
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
      // A failed test may not have disposed its tensors; that is not its error.
      if (missing !== undefined || context.task.result?.state === 'fail') return;
      const left = tf.memory().numTensors - before;
      if (left !== 0) throw new Error(`${left} tensors more after the test than before it`);
    });
    body();
  });
}

/**
 * Runs a block of tests on TensorFlow's library with bfloat16 factors, under the rules of {@link onEachBackend}; they are
 * skipped if the kernels for it are missing.
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
 * The result of `work`, after an assertion that the number of tensors did not change.
 *
 * Tensors in the result count: `work` has to dispose what it creates.
 */
export async function expectNoLeak<T>(work: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await work();
  const left = tf.memory().numTensors - before;
  expect(left, `${left} tensors more than before`).toBe(0);
  return result;
}

/** Why the backend cannot start here, or undefined if it runs. */
async function start(name: TestedBackend): Promise<string | undefined> {
  // Imported only here, so that tests without tensors do not load a backend.
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
