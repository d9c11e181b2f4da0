import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { linear, type Objective, ownedVariable } from '@halp/nn';
import {
  objectiveConformance,
  type ObjectiveOfSubject,
  type ObjectiveSubject,
  objectiveViolations,
} from '@halp/nn/conformance';
import type { Random } from '@halp/random';
import { onBackend } from '@halp/testing';

type Batch = tf.Tensor2D;

/** Predicts noise that the step draws, with a count of steps that scales the loss. */
const make = (rng: Random): ObjectiveOfSubject<Batch> => {
  const layer = linear({ inputs: 3, outputs: 2 }, rng);
  const count = ownedVariable(tf.scalar(1), false);
  const objective: Objective<Batch> = {
    params: layer.params,
    state: { count },
    loss: (x, _, stepRng) =>
      tf.tidy(() => {
        const y = layer.apply(x, { mode: 'train', rng: stepRng });
        const total: tf.Scalar = tf.mul(
          tf.mean(tf.square(tf.sub(y, stepRng.fork('noise').normal()))),
          count,
        );
        return { total, parts: { error: tf.clone(total) } };
      }),
    afterStep: () => tf.tidy(() => count.assign(tf.add(count, 0.5))),
    dispose: () => count.dispose(),
  };
  return {
    objective,
    dispose() {
      objective.dispose();
      layer.dispose();
    },
  };
};
const batch = (seed: number): Batch => tf.randomNormal([4, 3], 0, 1, 'float32', seed + 1);
const subject: ObjectiveSubject<Batch> = { name: 'an example', make, batch };

/** The subject with a changed objective. */
const changed = (
  change: (objective: Objective<Batch>) => Partial<Objective<Batch>>,
): ObjectiveSubject<Batch> => ({
  ...subject,
  make(rng) {
    const made = make(rng);
    return { ...made, objective: { ...made.objective, ...change(made.objective) } };
  },
});
const withLoss = (
  change: (total: tf.Scalar, objective: Objective<Batch>) => tf.Tensor,
): ObjectiveSubject<Batch> =>
  changed((objective) => ({
    loss: (...args) =>
      tf.tidy(() => {
        const { total, parts } = objective.loss(...args);
        return { total: change(total, objective) as tf.Scalar, parts };
      }),
  }));

let calls = 0;
const leaked: tf.Tensor[] = [];
const broken: Readonly<Record<string, readonly [ObjectiveSubject<Batch>, string, string]>> = {
  'lists a variable twice': [
    changed(({ params, state }) => ({ state: { ...state, again: params['bias'] as tf.Variable } })),
    'names every variable once',
    'list each variable once',
  ],
  'has no parameters': [
    changed(({ params, state }) => ({ params: {}, state: { ...params, ...state } })),
    'names every variable once',
    'list every trainable variable in params',
  ],
  'has a loss for each clip': [
    withLoss((total) => tf.stack([total, total])),
    'has a finite scalar loss with finite scalar parts',
    'expected total to be a scalar, got [2]; sum or average it',
  ],
  'has a loss that is not finite': [
    withLoss((total) => tf.log(tf.neg(total))),
    'has a finite scalar loss with finite scalar parts',
    'expected a finite total, got NaN; guard divisions, logarithms and roots',
  ],
  'draws from elsewhere': [
    withLoss((total) => tf.mul(total, 1 + (calls += 0.1))),
    'has the same loss for the same variables, batch and stream, and changes no parameter',
    'draw everything random from the rng of the step',
  ],
  'changes a parameter in its loss': [
    withLoss((total, { params }) => {
      const bias = params['bias'] as tf.Variable;
      bias.assign(tf.mul(bias, 0.9));
      return total;
    }),
    'has the same loss for the same variables, batch and stream, and changes no parameter',
    'got other numbers in bias; list variables that loss changes in state',
  ],
  'does not use a parameter': [
    changed(({ params, state }) => ({
      params: { ...params, count: state['count'] as tf.Variable },
      state: {},
      loss: (x, _, rng) =>
        tf.tidy(() => {
          const { weight, bias } = params as Record<'weight' | 'bias', tf.Variable>;
          const total: tf.Scalar = tf.mean(
            tf.square(tf.sub(tf.add(tf.matMul(x, weight, false, true), bias), rng.normal())),
          );
          return { total, parts: {} };
        }),
    })),
    'has gradients of every parameter that agree with central differences',
    'got none of count; use it in the loss through differentiable operations',
  ],
  'has a wrong gradient': [
    withLoss((total) =>
      tf.customGrad((x) => ({
        value: tf.clone(x as tf.Tensor),
        gradFunc: (dy: tf.Tensor) => tf.mul(dy, 1.5),
      }))(total),
    ),
    'has gradients of every parameter that agree with central differences',
    'compare custom gradients with their formulas',
  ],
  'leaks in a step': [
    changed((objective) => ({
      afterStep(context) {
        leaked.push(tf.scalar(1));
        return objective.afterStep(context);
      },
    })),
    'leaves no tensor behind in a step',
    'got 3 more; wrap loss and afterStep in tf.tidy',
  ],
  'keeps a state of its own': [
    changed((objective) => {
      let scale = 1;
      return {
        loss: (...args) =>
          tf.tidy(() => {
            const { total, parts } = objective.loss(...args);
            return { total: tf.mul<tf.Scalar>(total, scale), parts };
          }),
        afterStep(context) {
          scale += 0.5;
          return objective.afterStep(context);
        },
      };
    }),
    'resumes exactly from its params and state',
    'keep everything that changes during training in variables of params or state',
  ],
};

/** The violations; what a failed check left is disposed. */
const violationsOf = async (
  wrong: ObjectiveSubject<Batch>,
): ReturnType<typeof objectiveViolations> => {
  tf.engine().startScope();
  try {
    return await objectiveViolations(wrong);
  } finally {
    tf.engine().endScope();
  }
};

onBackend('wasm', () => {
  objectiveConformance(subject, { describe, it, expect });

  it.each(Object.entries(broken))(
    'finds an objective that %s',
    async (_, [wrong, requirement, problem]) => {
      const found = await violationsOf(wrong);
      tf.dispose(leaked.splice(0));
      expect(found.map((each) => each.requirement)).toContain(requirement);
      expect(found.find((each) => each.requirement === requirement)?.problem).toContain(problem);
    },
  );

  it('finds an objective that is not disposed', async () => {
    const left: tf.Tensor[] = [];
    const found = await objectiveViolations({
      ...subject,
      make(rng) {
        left.push(tf.scalar(1));
        return make(rng);
      },
    });
    tf.dispose(left);
    expect(found).toEqual([
      {
        requirement: 'disposes what it created',
        problem:
          'expected that dispose leaves no tensor, got 1; dispose every variable that was created',
      },
    ]);
  });

  it('finds a name in withoutEffect that has a gradient, and accepts a stopped gradient only if declared', async () => {
    const named = await objectiveViolations({ ...subject, withoutEffect: ['bias'] });
    expect(named.map(({ problem }) => problem)).toEqual([
      'expected no gradient of bias, which withoutEffect names, got one; remove the name from the list',
    ]);
    const stopped = broken['has a wrong gradient']?.[0] as ObjectiveSubject<Batch>;
    expect(await objectiveViolations(stopped)).toHaveLength(1);
    expect(await objectiveViolations({ ...stopped, stopsGradients: true })).toEqual([]);
  });

  it('counts an exception as a violation', async () => {
    const wrong = withLoss(() => {
      throw new Error('no loss today');
    });
    const found = await violationsOf(wrong);
    expect(found.map(({ problem }) => problem)).toContain('it threw no loss today');
  });
});
