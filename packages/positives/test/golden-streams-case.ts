import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { ViewPair } from '@halp/contrastive';
import { type Loss, valueAndGradients } from '@halp/nn';
import { expectClose, expectGradientClose } from '@halp/testing';
import {
  givePrototypes,
  goldenCase,
  goldenStreams,
  LATE,
  replay,
  restore,
  STREAMS,
} from './golden-model.ts';

const LOSS = { relative: 1e-4, absolute: 1e-6 };

/** Declares the test of one step in three streams, on the backend of the surrounding block. */
export function goldenStreamsTest(): void {
  it("equals the authors' step (halp_three_stream)", async () => {
    const step = goldenCase('halp_three_stream');
    const model = goldenStreams(step.meta);
    const { objective } = model;
    restore(model, step, 'before');
    for (const stream of STREAMS) {
      givePrototypes(model, step.numbers(`before__prototypes_${stream[0] as string}`), stream);
    }
    const views = {
      query: step.tensor('query') as tf.Tensor5D,
      key: step.tensor('key') as tf.Tensor5D,
    } satisfies ViewPair;
    const recorded = (name: string, stream: unknown): number[] => {
      const all = step.numbers(name);
      const size = all.length / STREAMS.length;
      const index = STREAMS.findIndex((other) => other === stream);
      return all.slice(index * size, (index + 1) * size);
    };
    const nothing = { target: new Int32Array(0), uniform: new Float32Array(0) };
    const draws = replay(nothing, 1, (_positives, stream) =>
      replay(
        {
          target: Int32Array.from(recorded('targets', stream)),
          uniform: Float32Array.from(recorded('uniforms', stream)),
        },
        step.meta['lambda'] as number,
      ),
    );

    await objective.beforeStep?.(LATE);
    const losses: Record<string, tf.Scalar> = {};
    const { value, gradients } = valueAndGradients(() => {
      const { total, parts }: Loss = objective.loss(views, LATE, draws);
      for (const [name, part] of Object.entries(parts)) losses[name] = tf.keep(part);
      return total;
    }, objective.params);

    const infonce = step.numbers('loss_infonce');
    const [distillation] = step.numbers('loss_cmd') as [number];
    const [halp] = step.numbers('loss_halp') as [number];
    const part = (name: string): number => losses[name]?.dataSync()[0] as number;
    const each = (name: string): number[] => STREAMS.map((stream) => part(`${name}_${stream}`));
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
    expectClose(each('infonce'), infonce, LOSS);
    expectClose([part('cmd')], [distillation], LOSS);
    expectClose([sum(each('halp'))], [halp], LOSS);
    expectClose(value, [sum(infonce) + distillation + halp], LOSS);
    expect(Object.keys(gradients)).toHaveLength(90);
    for (const [name, gradient] of Object.entries(gradients)) {
      const wanted = step.array(`grad__${name.replaceAll('.', '__')}`);
      expectGradientClose(gradient, wanted, { relative: 1e-3 });
    }
    tf.dispose([views, value, gradients, losses]);
    model.dispose();
  });
}
