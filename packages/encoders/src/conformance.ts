import { bufferChecks } from './conformance/buffers.ts';
import type { Check, EncoderSubject } from './conformance/case.ts';
import { gradientChecks } from './conformance/gradients.ts';
import { outputChecks } from './conformance/outputs.ts';
import { ownershipChecks } from './conformance/ownership.ts';

export type { EncoderSubject } from './conformance/case.ts';

/** The functions of a test runner, such as vitest, jest or mocha with an `expect`. */
export interface TestFunctions {
  /** Groups tests under a name. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Declares an asynchronous test. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Starts a comparison with an expected value. */
  readonly expect: (value: unknown) => Expectation;
}

/** The part of a test runner's `expect` that the suite uses. */
export interface Expectation {
  /** Fails unless the value is the expected one. */
  toBe(wanted: unknown): unknown;
}

/** A requirement that an encoder does not meet. */
export interface Violation {
  /** The requirement, which is the name of its test. */
  readonly requirement: string;
  /** The expected and the actual behaviour, and what to do. */
  readonly problem: string;
}

const checks: Readonly<Record<string, Check>> = {
  ...outputChecks,
  ...bufferChecks,
  ...gradientChecks,
  ...ownershipChecks,
};

/** The value that a test compares if there is no problem. */
const FINE = 'nothing is wrong';

/**
 * Declares the tests that every encoder has to pass; they run on the backend that is active at that time. They check the
 * shape, finite numbers, the same result for the same seed and input, no influence of the other clips of a batch in
 * `eval` mode, buffers that only `train` mode changes and `eval` mode uses, the refusal of other modes, gradients of every
 * parameter that are not zero and agree with central differences, the order of persons, persons of zeros, a round trip
 * through a file, and that no tensor is left.
 *
 * The functions of the test runner are passed in, so this package depends on no test runner.
 *
 * @param subject - the encoder and the size of its clips; with small sizes the tests take a few seconds.
 * @param tests - the functions of the test runner.
 *
 * @example
 * ```ts
 * import { describe, expect, it } from 'vitest';
 * encoderConformance(
 *   {
 *     name: 'mean pose',
 *     make: (rng) => meanPose({ joints: 20 }, rng),
 *     clips: { channels: 3, joints: 20, persons: 1, frames: 8 },
 *     personOrder: 'invariant',
 *   },
 *   { describe, it, expect },
 * );
 * ```
 */
export function encoderConformance(subject: EncoderSubject, tests: TestFunctions): void {
  const { describe, it, expect } = tests;
  describe(`${subject.name} as an encoder`, () => {
    for (const [requirement, check] of Object.entries(checks)) {
      it(requirement, async () => {
        const problem = await check(subject);
        expect(problem ?? FINE).toBe(FINE);
      });
    }
  });
}

/**
 * The requirements of {@link encoderConformance} that an encoder does not meet, without a test runner; empty if it
 * conforms. An exception in the encoder counts as a violation.
 *
 * @param subject - the encoder and the size of its clips.
 */
export async function encoderViolations(subject: EncoderSubject): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const [requirement, check] of Object.entries(checks)) {
    const problem = await Promise.resolve(check(subject)).catch(
      (error: unknown) => `it threw ${error instanceof Error ? error.message : String(error)}`,
    );
    if (problem !== undefined) violations.push({ requirement, problem });
  }
  return violations;
}
