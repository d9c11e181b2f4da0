import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';

/** The backends on which numbers are proven. */
export type TestedBackend = 'tensorflow' | 'wasm';

/**
 * Runs a block of tests once on each of TensorFlow's own library and WebAssembly.
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
export function onEachBackend(body: (name: TestedBackend) => void): void {
  for (const name of ['tensorflow', 'wasm'] as const) {
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
      body(name);
    });
  }
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
  const { BackendUnavailable, useBackend } = await import('@halp/backend');
  try {
    await useBackend({ prefer: name });
    return undefined;
  } catch (error) {
    if (error instanceof BackendUnavailable) return error.reason;
    throw error;
  }
}
