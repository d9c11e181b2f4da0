import type * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { expectPositiveIntegers, expectShape } from '../check.ts';
import { fanInUniform, type Initializer } from '../layer/initializers.ts';
import type { Layer } from '../layer/layer.ts';
import { disposeParams, ownedVariable } from '../layer/params.ts';
import { expectPass } from '../layer/pass.ts';
import { type GruHalfWeights, type GruLayerWeights } from './forward.ts';
import { applyGruStack } from './stack.ts';

/**
 * The reading order of the two halves of a GRU layer: `stepwise`, both forward in time; `bidirectional`, the second half
 * backward in time.
 */
export type GruDirection = 'stepwise' | 'bidirectional';

/** Sizes and kind of a {@link gru}. */
export interface GruOptions {
  /** F: features of a frame. */
  readonly inputs: number;
  /** H: units of each half of a layer. */
  readonly hidden: number;
  /** Number of stacked layers. */
  readonly layers: number;
  /** Whether the second half reads the frames forward or backward. */
  readonly direction: GruDirection;
  /** Initial values of the weight matrices; biases always start from U(-1/√H, 1/√H). Default: PyTorch's U(-1/√H, 1/√H). */
  readonly weightInit?: Initializer;
}

const gruNames: OptionNames<GruOptions> = {
  inputs: true,
  hidden: true,
  layers: true,
  direction: true,
  weightInit: true,
};

/**
 * A stack of two-direction GRU layers as PyTorch's `GRU(..., bidirectional=True, batch_first=True)`, `[N, T, F]` to the
 * concatenated final states of the last layer's two halves, `[N, 2H]`.
 *
 * Each half, from h = 0: r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz),
 * n = tanh(W_in x + b_in + r·(W_hn h + b_hn)), h ← (1 − z)·n + z·h. Every further layer reads the outputs of both halves of
 * the layer below.
 *
 * `stepwise`: both halves run forward in time, and the result is the output of the last frame. `bidirectional`: the
 * second half runs from the last frame to the first, so its final state belongs to the first frame; both halves have
 * seen every frame (PyTorch's `h_n` of the last layer, not `output[:, -1]`, whose second half has seen only one frame).
 *
 * Names, for layer l from 0: `weight_ih_l0` `[3H, F or 2H]`, `weight_hh_l0` `[3H, H]`, `bias_ih_l0`, `bias_hh_l0`
 * `[3H]`; those of the second half end with `_reverse`. Gates are stacked in the order r, z, n.
 *
 * The whole stack is one operation on the tape, with its own gradient (of first order only). No activation is kept when
 * no gradient is recorded.
 *
 * @remarks The authors' model is built as bidirectional but called one frame at a time with carried state
 * (GRU.py:37-42), so both halves run forward; this is `stepwise`.
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer; `apply` throws if the input has another shape.
 */
export function gru(options: GruOptions, rng: Random): Layer<tf.Tensor3D, tf.Tensor2D> {
  const { inputs, hidden, layers, direction } = expectOptions('gru', options, gruNames);
  expectPositiveIntegers('gru', { inputs, hidden, layers });
  expectRandom('gru', rng);
  const { weightInit = fanInUniform(hidden) } = options;
  const params: Record<string, tf.Variable> = {};
  const biasInit = fanInUniform(hidden);
  for (const [name, shape] of Object.entries(gruShapes({ inputs, hidden, layers }))) {
    const init = shape.length === 2 ? weightInit : biasInit;
    params[name] = ownedVariable(init(shape, rng.fork(name)));
  }
  const half = (end: string): GruHalfWeights => ({
    input: params[`weight_ih_${end}`] as tf.Variable,
    recurrent: params[`weight_hh_${end}`] as tf.Variable,
    inputBias: params[`bias_ih_${end}`] as tf.Variable,
    recurrentBias: params[`bias_hh_${end}`] as tf.Variable,
  });
  const stack = Array.from({ length: layers }, (_, layer): GruLayerWeights => [
    half(`l${layer}`),
    half(`l${layer}_reverse`),
  ]);
  return {
    params,
    buffers: {},
    apply(x, pass) {
      expectPass('gru', pass);
      expectShape('gru', x, [null, null, inputs], '[N, T, inputs]');
      return applyGruStack(x, stack, direction === 'bidirectional');
    },
    dispose: () => disposeParams(params),
  };
}

const pickNames: OptionNames<Pick<GruOptions, 'inputs' | 'hidden' | 'layers'>> = {
  inputs: true,
  hidden: true,
  layers: true,
};

/**
 * The names and shapes of the parameters of a {@link gru}, in PyTorch's order; no variable is created.
 *
 * @throws RangeError if a size is not a positive integer.
 */
export function gruShapes(
  sizes: Pick<GruOptions, 'inputs' | 'hidden' | 'layers'>,
): Readonly<Record<string, readonly number[]>> {
  const { inputs, hidden, layers } = expectOptions('gruShapes', sizes, pickNames);
  expectPositiveIntegers('gruShapes', { inputs, hidden, layers });
  const shapes: Record<string, readonly number[]> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (const half of ['', '_reverse']) {
      const end = `l${layer}${half}`;
      shapes[`weight_ih_${end}`] = [3 * hidden, layer === 0 ? inputs : 2 * hidden];
      shapes[`weight_hh_${end}`] = [3 * hidden, hidden];
      shapes[`bias_ih_${end}`] = [3 * hidden];
      shapes[`bias_hh_${end}`] = [3 * hidden];
    }
  }
  return shapes;
}
