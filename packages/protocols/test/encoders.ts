import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, linear, mergeParams, prefixed } from '@halp/nn';
import { createRandom } from '@halp/random';
import type { ClipSource, FeatureBatch, TrainableEncoder } from '../src/index.ts';
import { wave } from './arrays.ts';

/** BatchNorm over the flattened clip, a linear layer and ReLU: every kind of variable that fine-tuning handles. */
export function smallEncoder(inputs: number, featureSize: number): TrainableEncoder {
  const norm = batchNorm({ features: inputs });
  const layer = linear(
    {
      inputs,
      outputs: featureSize,
      weightInit: (shape) => tf.tensor(wave(featureSize * inputs, 0.7, 0.1), [...shape]),
      biasInit: (shape) => tf.tensor(wave(featureSize, 0.9, 0.3), [...shape]),
    },
    createRandom(0),
  );
  return {
    featureSize,
    params: mergeParams(prefixed('norm', norm.params), prefixed('layer', layer.params)),
    buffers: prefixed('norm', norm.buffers),
    apply: (x, pass) =>
      tf.tidy(() => {
        const rows = tf.reshape<tf.Rank.R2>(x, [x.shape[0], inputs]);
        return tf.relu(layer.apply(norm.apply(rows, pass), pass));
      }),
    dispose() {
      norm.dispose();
      layer.dispose();
    },
  };
}

/** Batches of clips `[N, 1, 2, 3, 1]` from flat values, `size` clips at a time. */
export function batchesOf(values: Float32Array, labels: Int32Array, size: number): FeatureBatch[] {
  const batches: FeatureBatch[] = [];
  for (let start = 0; start < labels.length; start += size) {
    const own = labels.slice(start, start + size);
    batches.push({
      views: [values.slice(start * 6, (start + own.length) * 6)],
      shape: [own.length, 1, 2, 3, 1],
      labels: own,
    });
  }
  return batches;
}

/** A source of the given batches, the same in every epoch. */
export function sourceOf(
  train: readonly FeatureBatch[],
  test: readonly FeatureBatch[],
  validation?: readonly FeatureBatch[],
): ClipSource {
  return {
    train: () => iterate(train),
    test: () => iterate(test),
    ...(validation === undefined ? {} : { validation: () => iterate(validation) }),
  };
}

async function* iterate(batches: readonly FeatureBatch[]): AsyncGenerator<FeatureBatch> {
  for (const batch of batches) yield await Promise.resolve(batch);
}
