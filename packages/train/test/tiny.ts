import * as tf from '@tensorflow/tfjs-core';
import {
  linear,
  mergeParams,
  type Objective,
  type Optimizer,
  ownedVariable,
  type Params,
  prefixed,
  sgd,
} from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import type { TrainingBatch } from '@halp/train';

/** Inputs [N, 3] and targets [N, 2] of a linear model. */
export interface Pair {
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
}

/** An objective with everything that a checkpoint must restore, and its optimizer. */
export interface Tiny {
  readonly objective: Objective<Pair>;
  readonly optimizer: Optimizer;
  dispose(): void;
}

/**
 * A linear model with tanh and noise on its targets: its loss depends on parameters, momentum, the
 * random stream, the running mean in its state and the context.
 */
export function tiny(seed: number): Tiny {
  const layer = linear({ inputs: 3, outputs: 2 }, createRandom(seed));
  const mean = ownedVariable(tf.fill([2], seed), false);
  const steps = ownedVariable(tf.scalar(0, 'int32'), false);
  const params = prefixed('layer', layer.params);
  const objective: Objective<Pair> = {
    params,
    state: mergeParams(prefixed('layer', layer.buffers), { mean, steps }),
    loss({ x, y }, { samples }, rng) {
      const noise = tf.tensor1d([rng.normal(), rng.normal()]);
      const output = tf.tanh<tf.Tensor2D>(layer.apply(x, { mode: 'train', rng: createRandom(0) }));
      const error = tf.mean<tf.Scalar>(tf.square(tf.sub(output, tf.add(y, tf.mul(noise, 0.1)))));
      const distance = tf.mean(tf.square(tf.sub(output, mean)));
      const pull = tf.mul<tf.Scalar>(1e-3 * (samples + 1), distance);
      return { total: tf.add(error, pull), parts: { error, pull } };
    },
    afterStep() {
      tf.tidy(() => {
        steps.assign(tf.add(steps, tf.scalar(1, 'int32')));
        mean.assign(tf.mul(mean, 0.9));
      });
    },
    dispose() {
      layer.dispose();
      tf.dispose([mean, steps]);
    },
  };
  const optimizer = sgd(params, { momentum: 0.9, weightDecay: 1e-3 });
  const dispose = (): void => {
    objective.dispose();
    optimizer.dispose();
  };
  return { objective, optimizer, dispose };
}

/** Three batches of four pairs per epoch, which depend only on epoch and step. */
export async function* pairs(epoch: number, fromStep: number): AsyncGenerator<TrainingBatch<Pair>> {
  for (let step = fromStep; step < 3; step++) {
    const rng = createRandom(99).fork('pairs', epoch, step);
    const x = tf.tensor2d(normals(12, rng), [4, 3]);
    yield { input: { x, y: tf.tensor2d(normals(8, rng), [4, 2]) }, clips: 4 };
  }
}

function normals(count: number, rng: Random): Float32Array {
  return Float32Array.from({ length: count }, () => rng.normal());
}

/** The bytes of every variable, by name. */
export function bytesOf({ objective, optimizer }: Tiny): Record<string, string> {
  const groups: readonly Params[] = [
    prefixed('params', objective.params),
    prefixed('state', objective.state),
    prefixed('optimizer', optimizer.state),
  ];
  const entries = Object.entries(mergeParams(...groups));
  return Object.fromEntries(
    entries.map(([name, variable]) => {
      const { buffer, byteOffset, byteLength } = variable.dataSync();
      return [name, Buffer.from(buffer, byteOffset, byteLength).toString('hex')];
    }),
  );
}
