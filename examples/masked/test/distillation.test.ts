import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { createRandom } from '@halp/random';
import { objective as distillation } from '../distillation.ts';
import { distillationTargets } from '../targets.ts';
import { tubeMask } from '../tubes.ts';
import { layout, parts, views } from './small.ts';

beforeAll(() => startBackend());

type Made = ReturnType<typeof distillation>;

const contextOf = (step: number) => ({ epoch: 0, iteration: step, step, samples: 64 * step });

function withObjective(
  options: Record<string, number>,
  work: (objective: Made, given: ReturnType<typeof parts>) => void,
): void {
  const given = parts(createRandom(0));
  const objective = distillation(options, given, createRandom(1));
  try {
    work(objective, given);
  } finally {
    objective.dispose();
    given.dispose();
  }
}

function lossOf(objective: Made, input: ReturnType<typeof views>): number {
  return tf.tidy(
    () => objective.loss(input, contextOf(0), createRandom(2)).total.dataSync()[0],
  ) as number;
}

describe('masked self-distillation', () => {
  it('with predictions of 0 loses the smooth L1 norm of the masked targets, by plain loops', () => {
    withObjective({ averagedBlocks: 2, beta: 0.5 }, (objective, { key }) => {
      tf.tidy(() => {
        for (const name of ['predictor.weight', 'predictor.bias']) {
          const variable = objective.params[name] as tf.Variable;
          variable.assign(tf.zeros(variable.shape));
        }
        const input = views(1);
        const tokens = key.encoder.tokens as NonNullable<typeof key.encoder.tokens>;
        const target = distillationTargets(tokens, input.query, 2).arraySync();
        let [sum, count] = [0, 0];
        for (const [r, row] of target.entries()) {
          const rng = createRandom(2).fork('mask').fork(r);
          const mask = tubeMask({ layout, segments: 4, ratio: 0.6 }, rng);
          for (const [l, token] of row.entries()) {
            if (mask[l] === 0) continue;
            count += 4;
            for (const each of token) {
              const d = Math.abs(each);
              sum += d <= 0.5 ? d ** 2 : d - 0.25;
            }
          }
        }
        expect(Math.abs(lossOf(objective, input) - sum / count)).toBeLessThan(1e-5);
      });
    });
  });

  it('shows the student the mask token instead of masked tokens', () => {
    withObjective({}, (objective) => {
      tf.tidy(() => {
        const input = views(1);
        const before = lossOf(objective, input);
        const token = objective.params['mask_token'] as tf.Variable;
        token.assign(tf.add(token, tf.tensor3d([[[1, -1, 2, 0]]])));
        expect(Math.abs(lossOf(objective, input) - before)).toBeGreaterThan(1e-4);
      });
    });
  });

  it('reads the query view only', () => {
    withObjective({}, (objective) => {
      tf.tidy(() => {
        const { query, key } = views(1);
        const other = { query, key: tf.mul<tf.Tensor5D>(key, 3) };
        expect(lossOf(objective, other)).toBe(lossOf(objective, { query, key }));
      });
    });
  });

  it('moves the teacher by τ θ′ + (1 − τ) θ, with τ rising linearly and constant afterwards', () => {
    const options = { momentum: 0.5, finalMomentum: 0.9, momentumSteps: 4 };
    withObjective(options, (objective) => {
      tf.tidy(() => {
        const student = objective.params['encoder_q.norm.bias'] as tf.Variable;
        const teacher = objective.state['encoder_k.norm.bias'] as tf.Variable;
        let wanted = 0;
        student.assign(tf.ones([4]));
        for (const [step, tau] of [0.5, 0.6, 0.7, 0.8, 0.9, 0.9].entries()) {
          void objective.afterStep(contextOf(step));
          wanted = tau * wanted + (1 - tau);
          for (const value of teacher.dataSync()) expect(value).toBeCloseTo(wanted, 6);
        }
      });
    });
  });

  it('starts with a teacher equal to the student', () => {
    const given = parts(createRandom(0));
    tf.tidy(() => {
      const bias = given.query.encoder.params['norm.bias'] as tf.Variable;
      bias.assign(tf.fill([4], 5));
      const objective = distillation({}, given, createRandom(1));
      expect([...(objective.state['encoder_k.norm.bias'] as tf.Variable).dataSync()]).toEqual([
        5, 5, 5, 5,
      ]);
      objective.dispose();
    });
    given.dispose();
  });

  it('refuses options that it does not have or cannot use', () => {
    const make = (options: object) => () => withObjective(options as never, () => undefined);
    expect(make({ averagedBlocks: 3 })).toThrow(
      'distillation: expected averagedBlocks to be an integer in [1, 2], got 3',
    );
    expect(make({ momentum: 1 })).toThrow('distillation: expected momentum in (0, 1), got 1');
    expect(make({ beta: -1 })).toThrow('distillation: expected a positive beta, got -1');
    expect(make({ tau: 0.9 })).toThrow('distillation: expected options among maskRatio');
  });
});
