import * as tf from '@tensorflow/tfjs-core';
import type { Embedder, ViewPair } from '@halp/contrastive';
import {
  batchNorm,
  linear,
  mergeParams,
  type Objective,
  prefixed,
  sgd,
  type StepContext,
  valueAndGradients,
} from '@halp/nn';
import { createRandom } from '@halp/random';

/** BatchNorm and a linear layer on clips [N, 3, 2, 1, 1]. */
export function embedder(seed: number): Embedder {
  const norm = batchNorm({ features: 6 });
  const layer = linear({ inputs: 6, outputs: 4 }, createRandom(seed));
  return {
    params: mergeParams(prefixed('norm', norm.params), prefixed('fc', layer.params)),
    buffers: prefixed('norm', norm.buffers),
    apply: (x, pass) =>
      tf.tidy(() => layer.apply(norm.apply(tf.reshape<tf.Rank.R2>(x, [-1, 6]), pass), pass)),
    dispose: () => {
      norm.dispose();
      layer.dispose();
    },
  };
}

/** Two views of clips with standard normal numbers. */
export function views(seed: number, clips = 5): ViewPair {
  const rng = createRandom(seed);
  const view = (): tf.Tensor5D =>
    tf.tensor5d(
      Array.from({ length: clips * 6 }, () => rng.normal()),
      [clips, 3, 2, 1, 1],
    );
  return { query: view(), key: view() };
}

/** The context of an arbitrary step. */
export const CONTEXT: StepContext = { epoch: 0, iteration: 0, step: 0, samples: 0 };

/** The values of a tensor. */
export const read = (tensor: tf.Tensor | undefined): number[] =>
  Array.from((tensor as tf.Tensor).dataSync());

/** The total losses of training steps on one batch. */
export async function train<Input>(
  objective: Objective<Input>,
  input: Input,
  { steps, learningRate = 0.1, epoch = 0 }: TrainOptions,
): Promise<number[]> {
  const optimizer = sgd(objective.params, { momentum: 0.9 });
  const totals: number[] = [];
  for (let step = 0; step < steps; step++) {
    const context = { epoch, iteration: step, step, samples: step };
    await objective.beforeStep?.(context);
    tf.tidy(() => {
      const { value, gradients } = valueAndGradients(
        () => objective.loss(input, context, createRandom(step)).total,
        objective.params,
      );
      optimizer.step(gradients, learningRate);
      totals.push(read(value)[0] as number);
    });
    await objective.afterStep(context);
  }
  optimizer.dispose();
  return totals;
}

interface TrainOptions {
  readonly steps: number;
  readonly learningRate?: number;
  readonly epoch?: number;
}
