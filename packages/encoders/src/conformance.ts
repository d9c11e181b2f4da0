import {
  declareSuite,
  type TestFunctions,
  type Violation,
  violationsOf,
} from '@halp/nn/conformance';
import { bufferChecks } from './conformance/buffers.ts';
import type { Check, EncoderSubject } from './conformance/case.ts';
import { gradientChecks } from './conformance/gradients.ts';
import { outputChecks } from './conformance/outputs.ts';
import { ownershipChecks } from './conformance/ownership.ts';

export type { Expectation, TestFunctions, Violation } from '@halp/nn/conformance';
export type { EncoderSubject } from './conformance/case.ts';

const checks: Readonly<Record<string, Check>> = {
  ...outputChecks,
  ...bufferChecks,
  ...gradientChecks,
  ...ownershipChecks,
};

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
  declareSuite(`${subject.name} as an encoder`, checks, subject, tests);
}

/**
 * The requirements of {@link encoderConformance} that an encoder does not meet, without a test runner; empty if it
 * conforms. An exception in the encoder counts as a violation.
 *
 * @param subject - the encoder and the size of its clips.
 */
export function encoderViolations(subject: EncoderSubject): Promise<readonly Violation[]> {
  return violationsOf(checks, subject);
}
