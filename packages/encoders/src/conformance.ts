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
  /** A test of that name, asynchronous. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Compares what was got with what is wanted. */
  readonly expect: (value: unknown) => Expectation;
}

/** What a test runner can say of a value. */
export interface Expectation {
  /** Fails unless the value is the wanted one. */
  toBe(wanted: unknown): unknown;
}

/** A requirement that an encoder does not meet. */
export interface Violation {
  /** The requirement, as its test is named. */
  readonly requirement: string;
  /** What was expected, what was got, and what to do. */
  readonly problem: string;
}

const checks: Readonly<Record<string, Check>> = {
  ...outputChecks,
  ...bufferChecks,
  ...gradientChecks,
  ...ownershipChecks,
};

/** What a test gets where nothing is wrong. */
const FINE = 'nothing is wrong';

/**
 * Declares the tests that every encoder must pass, on the backend that runs when they do: shape, finite numbers, the
 * same result for the same seed and the same input, no influence of the other clips of a batch in `eval` mode, buffers
 * that only `train` mode changes and `eval` mode uses, no other mode, gradients of every parameter that are not zero and agree with
 * central differences, order of persons, persons of zeros, a round trip through a file, no tensor left behind.
 *
 * The functions of the test runner are passed in, so that this package depends on none.
 *
 * @param subject - the encoder and the clips it is for; small sizes keep it to a few seconds.
 * @param tests - where the tests are declared.
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
 * The requirements of {@link encoderConformance} that an encoder does not meet, without a test runner; none if it
 * conforms. An exception of the encoder counts as a problem.
 *
 * @param subject - the encoder and the clips it is for.
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
