import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { infoNCELogits } from '@halp/contrastive';
import { type Loss, valueAndGradients } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, expectGradientClose } from '@halp/testing';
import { expected, goldenStep, LATE, variablesOf } from './golden-model.ts';

const LOSS = { relative: 1e-4, absolute: 1e-6 };

/** Declares the test of one step on a stream, on the backend of the surrounding block. */
export function goldenStepTest(stream: 'joint' | 'motion' | 'bone'): void {
  it(`equals the authors' step on ${stream} (moco_halp_${stream})`, async () => {
    const { step, model, views, draws } = goldenStep(stream);
    const { objective, base } = model;

    await objective.beforeStep?.(LATE);
    const losses: Record<string, tf.Scalar> = {};
    const { value, gradients } = valueAndGradients(() => {
      const { total, parts }: Loss = objective.loss(views, LATE, draws);
      for (const [name, part] of Object.entries(parts)) losses[name] = tf.keep(part);
      return total;
    }, objective.params);

    const infonce = step.numbers('loss_infonce')[0] as number;
    const halp = step.numbers('loss_halp')[0] as number;
    expectClose(losses['infonce'] as tf.Scalar, [infonce], LOSS);
    expectClose(losses['halp'] as tf.Scalar, [halp], LOSS);
    expectClose(value, [infonce + halp], LOSS);
    expect(Object.keys(gradients)).toHaveLength(Object.keys(objective.params).length);
    for (const [name, gradient] of Object.entries(gradients)) {
      expectGradientClose(gradient, step.array(`grad__${name.replaceAll('.', '__')}`), {
        relative: 1e-3,
      });
    }

    // Before the keys are enqueued. A second embedding uses the same batch statistics.
    tf.tidy(() => {
      const { query, key } = base.embed(views, createRandom(0));
      const temperature = step.meta['temperature'] as number;
      expectClose(
        infoNCELogits(query, key, base.queue.keys, { temperature }),
        step.array('logits'),
        {
          relative: 1e-4,
          absolute: 1e-4,
        },
      );
    });
    await objective.afterStep(LATE);
    const after = Object.entries(variablesOf(model)).filter(
      ([name]) => /^(encoder_k|queue)/.test(name) && !/input_norm\.(running|num)/.test(name),
    );
    expect(after).toHaveLength(Object.keys(objective.params).length + 2);
    for (const [name, variable] of after) {
      tf.tidy(() =>
        expectClose(variable, expected(step, 'after', name, variable), { absolute: 1e-5 }),
      );
    }
    tf.dispose([views, value, gradients, losses]);
    model.dispose();
  });
}
