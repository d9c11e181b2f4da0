import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { ViewPair } from '@halp/contrastive';
import { sgd, type StepContext, valueAndGradients } from '@halp/nn';
import { expectClose } from '@halp/testing';
import {
  expected,
  givePrototypes,
  goldenCase,
  goldenModel,
  LATE,
  replay,
  restore,
  variablesOf,
} from './golden-model.ts';

/** Declares the test against the authors' training, on the backend of the surrounding block. */
export function trajectoryTest(): void {
  it("have the authors' losses and final state (trajectory)", async () => {
    const run = goldenCase('trajectory');
    const setting = (name: string): number => run.meta[name] as number;
    const model = goldenModel('joint', run.meta);
    const { objective } = model;
    restore(model, run, 'init');
    const optimizer = sgd(objective.params, {
      momentum: setting('sgd_momentum'),
      weightDecay: setting('weight_decay'),
    });
    const step = <T>(name: string, index: number): T => {
      const all = run.numbers(name);
      const size = all.length / setting('steps');
      return all.slice(index * size, (index + 1) * size) as T;
    };

    const losses: number[] = [];
    for (let i = 0; i < setting('steps'); i++) {
      // The golden case contains the prototypes of each step, so that only the step itself is compared.
      if (i >= setting('generate_from')) givePrototypes(model, step('prototypes', i));
      const context: StepContext = i < setting('generate_from') ? { ...LATE, samples: 0 } : LATE;
      const views = {
        query: tf.tensor5d(step<number[]>('query', i), [4, 3, 9, 25, 2]),
        key: tf.tensor5d(step<number[]>('key', i), [4, 3, 9, 25, 2]),
      } satisfies ViewPair;
      const draws = replay(
        {
          target: Int32Array.from(step<number[]>('target', i)),
          uniform: Float32Array.from(step<number[]>('uniform', i)),
        },
        setting('lambda'),
      );
      await objective.beforeStep?.(context);
      const { value, gradients } = valueAndGradients(
        () => tf.tidy(() => objective.loss(views, context, draws).total),
        objective.params,
      );
      optimizer.step(gradients, i < setting('drop_at') ? setting('lr') : setting('lr') * 0.1);
      await objective.afterStep(context);
      losses.push((await value.data())[0] as number);
      tf.dispose([views, value, gradients]);
    }

    expectClose(losses, run.array('losses').data as Float64Array, {
      relative: 1e-3,
      absolute: 1e-5,
    });
    const final = Object.entries(variablesOf(model)).filter(
      ([name]) => name !== 'prototypes' && name !== 'prototypes_ready',
    );
    expect(final.length).toBeGreaterThan(60);
    for (const [name, variable] of final) {
      tf.tidy(() =>
        expectClose(variable, expected(run, 'final', name, variable), { absolute: 1e-5 }),
      );
    }
    optimizer.dispose();
    model.dispose();
  });
}
