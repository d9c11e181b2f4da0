import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '@halp/random';
import type { Objective } from '../layer/objective.ts';
import { changedBetween, largest, numbersOf, restore, snapshot } from './numbers.ts';
import {
  disposeBatch,
  gradientsOf,
  lossOf,
  type ObjectiveSubject,
  type Subject,
  trainStep,
  type Trial,
  withTrial,
} from './objective-trial.ts';
import { slopeProblem } from './slope.ts';
import {
  declareSuite,
  type Requirements,
  type TestFunctions,
  type Violation,
  violationsOf,
} from './suite.ts';

/** A gradient this small relative to the largest one is a rounding error. */
const NEGLIGIBLE = 1e-6;

const requirements: Requirements<Subject> = {
  'names every variable once': (subject) =>
    withTrial(subject, async ({ objective: { params, state } }) => {
      await Promise.resolve();
      if (Object.keys(params).length === 0) {
        return 'expected params to train, got none; list every trainable variable in params';
      }
      const all = [...Object.values(params), ...Object.values(state)];
      if (new Set(all).size < all.length) {
        return 'expected each variable under one name, got one under several; list each variable once';
      }
      const wrong = Object.keys(params).filter((name) => params[name]?.dtype !== 'float32');
      return wrong.length === 0
        ? undefined
        : `expected params of float32, got another type in ${wrong.join(', ')}; list them in state`;
    }),

  'has a finite scalar loss with finite scalar parts': (subject) =>
    withTrial(subject, async ({ objective, batch, contextOf }) => {
      const input = batch(0);
      await objective.beforeStep?.(contextOf(0));
      const { total, parts } = objective.loss(input, contextOf(0), createRandom(0));
      disposeBatch(input);
      for (const [name, value] of Object.entries({ total, ...parts })) {
        const { shape } = value;
        const number = (await numbersOf(value))[0] as number;
        if (shape.length !== 0) {
          return `expected ${name} to be a scalar, got [${shape.join(', ')}]; sum or average it`;
        }
        if (!Number.isFinite(number)) {
          return `expected a finite ${name}, got ${number}; guard divisions, logarithms and roots`;
        }
      }
      return undefined;
    }),

  'has the same loss for the same variables, batch and stream, and changes no parameter': (
    subject,
  ) =>
    withTrial(subject, async (trial) => {
      const { objective, variables, batch, contextOf } = trial;
      const input = batch(0);
      await objective.beforeStep?.(contextOf(0));
      const start = await snapshot(variables);
      const values: number[] = [];
      for (let i = 0; i < 2; i++) {
        restore(variables, start);
        values.push((await numbersOf(tf.tidy(() => lossOf(trial, input, 0))))[0] as number);
      }
      disposeBatch(input);
      const params = Object.keys(objective.params);
      const changed = changedBetween(start, await snapshot(variables)).filter((name) =>
        params.includes(name),
      );
      if (changed.length > 0) {
        return `expected that only an optimizer changes params, got other numbers in ${changed.join(', ')}; list variables that loss changes in state`;
      }
      return values[0] === values[1]
        ? undefined
        : `expected the same loss twice, got ${values.join(' and ')}; draw everything random from the rng of the step, and keep everything that changes in state`;
    }),

  'has gradients of every parameter that agree with central differences': (subject) =>
    withTrial(subject, async (trial) => {
      const { objective, variables, batch, contextOf, withoutEffect } = trial;
      const input = batch(0);
      await objective.beforeStep?.(contextOf(0));
      const start = await snapshot(variables);
      const { value, grads } = gradientsOf(trial, input);
      const scale = 1 + Math.abs((await numbersOf(value))[0] as number);
      const gradients: Record<string, Float32Array> = {};
      for (const [name, variable] of Object.entries(objective.params)) {
        const gradient = grads[variable.name] as tf.Tensor | null | undefined;
        gradients[name] = gradient ? await numbersOf(gradient) : new Float32Array(variable.size);
      }
      const most = Math.max(...Object.values(gradients).map(largest));
      const missing = Object.keys(gradients).filter(
        (name) => !(largest(gradients[name] as Float32Array) > NEGLIGIBLE * most),
      );
      const dead = missing.filter((name) => !withoutEffect.includes(name));
      const alive = withoutEffect.filter((name) => !missing.includes(name));
      const wrong: string[] = [];
      const entries = trial.stopsGradients ? [] : Object.entries(gradients);
      for (const [i, [name, gradient]] of entries.entries()) {
        const loss = (): tf.Scalar => {
          // The loss may change variables, such as running statistics.
          restore(without(variables, name), start);
          return tf.tidy(() => lossOf(trial, input, 0));
        };
        const variable = objective.params[name] as tf.Variable;
        const problem = await slopeProblem({ variable, gradient, loss, scale }, i);
        if (problem !== undefined) wrong.push(`${name} (${problem})`);
      }
      restore(variables, start);
      disposeBatch(input);
      if (dead.length > 0) {
        return `expected a gradient of every parameter, got none of ${dead.join(', ')}; use it in the loss through differentiable operations, list it in state, or in withoutEffect if it has no effect in theory`;
      }
      if (alive.length > 0) {
        return `expected no gradient of ${alive.join(', ')}, which withoutEffect names, got one; remove the name from the list`;
      }
      return wrong.length === 0
        ? undefined
        : `expected gradients that agree with central differences, got others of ${wrong.join(', ')}; compare custom gradients with their formulas, and stop gradients only where the loss is constant in them`;
    }),

  'leaves no tensor behind in a step': (subject) =>
    withTrial(subject, async (trial) => {
      await trainStep(trial, 0);
      const before = tf.memory().numTensors;
      for (let step = 1; step < 4; step++) await trainStep(trial, step);
      const left = tf.memory().numTensors - before;
      return left === 0
        ? undefined
        : `expected as many tensors after three steps as before, got ${left} more; wrap loss and afterStep in tf.tidy`;
    }),

  'resumes exactly from its params and state': async (subject) => {
    const run = (trial: Trial, from: number, to: number): Promise<number[]> =>
      Array.from({ length: to - from }).reduce<Promise<number[]>>(
        async (losses, _, i) => [...(await losses), await trainStep(trial, from + i)],
        Promise.resolve([]),
      );
    const [saved, wanted, ends] = await withTrial(subject, async (trial) => {
      await run(trial, 0, 2);
      const values = await snapshot(trial.variables);
      const losses = await run(trial, 2, 4);
      return [values, losses, await snapshot(trial.variables)] as const;
    });
    return withTrial(
      subject,
      async (trial) => {
        restore(trial.variables, saved);
        const got = await run(trial, 2, 4);
        const changed = changedBetween(ends, await snapshot(trial.variables));
        return got.every((loss, i) => loss === wanted[i]) && changed.length === 0
          ? undefined
          : `expected the losses ${wanted.join(', ')} after loading params and state, got ${got.join(', ')}` +
              `${changed.length === 0 ? '' : `, and other numbers in ${changed.slice(0, 3).join(', ')}`}; ` +
              'keep everything that changes during training in variables of params or state';
      },
      2,
    );
  },

  'disposes what it created': async (subject) => {
    const before = tf.memory().numTensors;
    await withTrial(subject, (trial) => trainStep(trial, 0));
    const left = tf.memory().numTensors - before;
    return left === 0
      ? undefined
      : `expected that dispose leaves no tensor, got ${left}; dispose every variable that was created`;
  },
};

/** The variables without one. */
function without(
  variables: Objective<unknown>['params'],
  name: string,
): Objective<unknown>['params'] {
  const { [name]: _, ...others } = variables;
  return others;
}

/**
 * Declares the tests that every objective has to pass; they run on the backend that is active at that time. They check names,
 * finite losses, the same loss for the same stream, gradients of every parameter against central differences, that
 * a step leaves no tensor, that training resumes exactly from `params` and `state`, and that everything is disposed.
 *
 * The functions of the test runner are passed in, so this package depends on no test runner.
 *
 * @param subject - the objective and its batches; with small sizes the tests take a few seconds.
 * @param tests - the functions of the test runner.
 *
 * @example
 * ```ts
 * import { describe, expect, it } from 'vitest';
 * objectiveConformance({ name: 'mine', make, batch }, { describe, it, expect });
 * ```
 */
export function objectiveConformance<Input>(
  subject: ObjectiveSubject<Input>,
  tests: TestFunctions,
): void {
  declareSuite(
    `${subject.name} as an objective`,
    requirements,
    subject as unknown as Subject,
    tests,
  );
}

/**
 * The requirements of {@link objectiveConformance} that an objective does not meet, without a test runner; empty if it
 * conforms. An exception counts as a violation.
 *
 * @param subject - the objective and its batches.
 */
export function objectiveViolations<Input>(
  subject: ObjectiveSubject<Input>,
): Promise<readonly Violation[]> {
  return violationsOf(requirements, subject as unknown as Subject);
}
