import * as tf from '@tensorflow/tfjs-core';
import { runFused } from '../tape/fused.ts';
import { isRecording } from '../tape/tape.ts';
import type { GruLayerWeights } from './forward.ts';
import type { GruSizes } from './sequence.ts';

/** The tensors that the backward pass needs from one layer. */
interface SavedLayer {
  /** `[T, N, F]`. */
  readonly x: tf.Tensor;
  /** `[T, N, 2H]`. */
  readonly y: tf.Tensor;
  /** `[T, 2, N, 4H]`. */
  readonly gates: tf.Tensor;
}

/**
 * The final states `[N, 2H]` of `[N, T, F]` after all layers, computed with the backend's kernel for a whole layer; one
 * operation on the tape. `applyGruStack` without the kernel is the oracle.
 */
export function applyFusedGruStack(
  x: tf.Tensor3D,
  layers: readonly GruLayerWeights[],
  sizes: GruSizes,
): tf.Tensor2D {
  if (!isRecording()) return tf.tidy(() => forward(x, layers, sizes, false).feature);
  const variables = layers.flatMap(listOf);
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const { feature, saved } = forward(args[0] as tf.Tensor3D, layers, sizes, true);
    save([
      ...saved.flatMap(({ x, y, gates }) => [x, y, gates]),
      ...layers.flatMap((halves) => halves.flatMap(({ input, recurrent }) => [input, recurrent])),
    ]);
    return {
      value: feature,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => backward(dy, kept, layers.length, sizes),
    };
  })(x, ...variables);
}

function forward(
  x: tf.Tensor3D,
  layers: readonly GruLayerWeights[],
  sizes: GruSizes,
  keep: boolean,
): { readonly feature: tf.Tensor2D; readonly saved: readonly SavedLayer[] } {
  const { reversed } = sizes;
  const saved: SavedLayer[] = [];
  let input: tf.Tensor = tf.transpose(x, [1, 0, 2]);
  for (const weights of layers) {
    const [y, gates] = runFused('HalpGruForward', [input, ...listOf(weights)], {
      reversed,
      keep,
    }) as [tf.Tensor, tf.Tensor];
    if (keep) saved.push({ x: input, y, gates });
    else tf.dispose([input, gates]);
    input = y;
  }
  return { feature: finalStates(input, sizes), saved };
}

/** The states after the last step of each half, `[N, 2H]`. */
function finalStates(y: tf.Tensor, { frames, batch, hidden, reversed }: GruSizes): tf.Tensor2D {
  return tf.tidy(() => {
    const last = tf.reshape(tf.slice(y, [frames - 1, 0, 0], [1, batch, 2 * hidden]), [batch, -1]);
    if (!reversed) return last as tf.Tensor2D;
    const first = tf.reshape(tf.slice(y, [0, 0, 0], [1, batch, 2 * hidden]), [batch, -1]);
    return tf.concat(
      [tf.slice(last, [0, 0], [batch, hidden]), tf.slice(first, [0, hidden], [batch, hidden])],
      1,
    ) as tf.Tensor2D;
  });
}

/** Gradients of x `[N, T, F]` and of every variable, in the order of the arguments. */
function backward(
  dy: tf.Tensor,
  kept: readonly tf.Tensor[],
  count: number,
  { reversed }: GruSizes,
): tf.Tensor[] {
  const weightsOf = kept.slice(3 * count);
  const gradients: tf.Tensor[] = [];
  let upstream = dy;
  for (let i = count - 1; i >= 0; i--) {
    const layer = kept.slice(3 * i, 3 * i + 3);
    const isLast = i === count - 1;
    const [dx, ...ofWeights] = runFused(
      'HalpGruBackward',
      [upstream, ...layer, ...weightsOf.slice(4 * i, 4 * i + 4)],
      { reversed, last_only: isLast },
    ) as [tf.Tensor, ...tf.Tensor[]];
    // TensorFlow.js would keep them until every layer is done.
    tf.dispose(layer);
    if (!isLast) upstream.dispose();
    gradients.unshift(...ofWeights);
    upstream = dx;
  }
  const dx = tf.transpose(upstream, [1, 0, 2]);
  upstream.dispose();
  return [dx, ...gradients];
}

function listOf(halves: GruLayerWeights): tf.Tensor[] {
  return halves.flatMap(({ input, recurrent, inputBias, recurrentBias }) => [
    input,
    recurrent,
    inputBias,
    recurrentBias,
  ]);
}
