import * as tf from '@tensorflow/tfjs-core';
import { hasFused } from '../tape/fused.ts';
import { isRecording } from '../tape/tape.ts';
import { backwardLayer } from './backward.ts';
import {
  forwardLayer,
  type GruActivations,
  type GruHalfWeights,
  type GruLayerWeights,
} from './forward.ts';
import { applyFusedGruStack } from './fused.ts';
import type { GruSizes } from './sequence.ts';

type SixTensors = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

/** The tensors that the backward pass needs from one layer. */
interface SavedLayer {
  readonly x: tf.Tensor2D;
  readonly activations: GruActivations;
}

/** The final states `[N, 2H]` of `[N, T, F]` after all layers; one operation on the tape. */
export function applyGruStack(
  x: tf.Tensor3D,
  layers: readonly GruLayerWeights[],
  reversed: boolean,
): tf.Tensor2D {
  const [batch, frames] = x.shape;
  const hidden = layers[0]?.[0].recurrent.shape[1] ?? 0;
  const sizes: GruSizes = { frames, batch, hidden, reversed };
  if (hasFused('HalpGruForward')) return applyFusedGruStack(x, layers, sizes);
  if (!isRecording()) return tf.tidy(() => forwardStack(x, layers, sizes).feature);
  const variables = layers.flatMap((halves) => halves.flatMap(listOf));
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const { feature, saved } = forwardStack(x, layers, sizes, true);
    save([
      ...saved.flatMap(({ x, activations: { r, z, c, n, h } }) => [x, r, z, c, n, h]),
      ...layers.flatMap((halves) => halves.flatMap(({ input, recurrent }) => [input, recurrent])),
    ]);
    return {
      value: feature,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => backwardStack(dy, kept, layers.length, sizes),
    };
  })(x, ...variables);
}

function forwardStack(
  x: tf.Tensor3D,
  layers: readonly GruLayerWeights[],
  sizes: GruSizes,
  activations = false,
): { feature: tf.Tensor2D; saved: readonly SavedLayer[] } {
  const { batch, hidden } = sizes;
  let input = tf.tidy(() => tf.reshape<tf.Rank.R2>(tf.transpose(x, [2, 1, 0]), [x.shape[2], -1]));
  const saved: SavedLayer[] = [];
  for (const [i, weights] of layers.entries()) {
    const outputs = i < layers.length - 1;
    const result = forwardLayer(input, weights, sizes, { outputs, activations });
    if (result.activations !== undefined) saved.push({ x: input, activations: result.activations });
    else input.dispose();
    if (result.outputs === undefined) {
      const feature = tf.tidy(() =>
        tf.transpose<tf.Tensor2D>(tf.reshape(result.last, [2 * hidden, batch])),
      );
      return { feature, saved };
    }
    result.last.dispose();
    input = result.outputs;
  }
  throw new RangeError('gru: expected at least one layer');
}

/** Gradients of x `[N, T, F]` and of every variable, in the order of {@link applyGruStack}'s arguments. */
function backwardStack(
  dy: tf.Tensor,
  kept: readonly tf.Tensor[],
  count: number,
  sizes: GruSizes,
): tf.Tensor[] {
  const { batch, frames, hidden } = sizes;
  const weightsOf = kept.slice(6 * count);
  const gradients: tf.Tensor[] = [];
  let upstream: tf.Tensor = tf.tidy(() => tf.reshape(tf.transpose(dy), [2, hidden, batch]));
  for (let i = count - 1; i >= 0; i--) {
    const [x, r, z, c, n, h] = kept.slice(6 * i, 6 * i + 6) as SixTensors;
    const [input0, recurrent0, input1, recurrent1] = weightsOf.slice(
      4 * i,
      4 * i + 4,
    ) as SixTensors;
    const result = backwardLayer(
      x as tf.Tensor2D,
      [input0, input1],
      [recurrent0, recurrent1],
      { r, z, c, n, h },
      i === count - 1 ? { last: upstream } : { outputs: upstream as tf.Tensor2D },
      sizes,
    );
    // TensorFlow.js would keep them until every layer is done.
    tf.dispose([upstream, x, r, z, c, n, h]);
    gradients.unshift(...result.weights.flatMap(listOf));
    upstream = result.x;
  }
  const dx = tf.tidy(() => tf.transpose(tf.reshape(upstream, [-1, frames, batch]), [2, 1, 0]));
  upstream.dispose();
  return [dx, ...gradients];
}

function listOf({ input, recurrent, inputBias, recurrentBias }: GruHalfWeights): tf.Tensor[] {
  return [input, recurrent, inputBias, recurrentBias];
}
