import * as tf from '@tensorflow/tfjs-core';
import { gruHalf, type GruShape, type Half, type HalfResult } from './gru-oracle.ts';

/** A normal draw rounded to float32, so that both sides start with the same numbers. */
export function draw(shape: readonly number[], seed: number, scale = 1): Float64Array {
  const drawn = tf.tidy(() =>
    tf.randomNormal([...shape], 0, scale, 'float32', seed).dataSync<'float32'>(),
  );
  return Float64Array.from(drawn);
}

/** Weights and biases of one half, drawn at random. */
export function halfOf({ F, H }: GruShape, seed: number): Half {
  return {
    wi: draw([3 * H, F], seed, 0.5),
    wh: draw([3 * H, H], seed + 1, 0.5),
    bi: draw([3 * H], seed + 2),
    bh: draw([3 * H], seed + 3),
  };
}

/** The same as tensors, in the order of a kernel's inputs. */
export function tensorsOf({ wi, wh, bi, bh }: Half, { F, H }: GruShape): tf.Tensor[] {
  return [
    tf.tensor(Float32Array.from(wi), [3 * H, F]),
    tf.tensor(Float32Array.from(wh), [3 * H, H]),
    tf.tensor(Float32Array.from(bi), [3 * H]),
    tf.tensor(Float32Array.from(bh), [3 * H]),
  ];
}

/** The outputs of a kernel of the current backend. */
export function runKernel(
  name: string,
  inputs: readonly tf.Tensor[],
  attributes: Readonly<Record<string, boolean | number>>,
): tf.Tensor[] {
  // Kernels with lists of inputs take a list, as in TensorFlow.js itself; its type allows records only.
  return tf.engine().runKernel(name, inputs as unknown as tf.NamedTensorMap, attributes);
}

/** The columns of one half of `[T, N, 2H]`. */
export function columns(both: tf.Tensor, half: number, { T, N, H }: GruShape): tf.Tensor {
  return tf.slice(both, [0, 0, half * H], [T, N, H]);
}

/** Sizes of layers: the smallest, a small one, and one larger than a tile. */
export const SHAPES: readonly GruShape[] = [
  { T: 1, N: 1, F: 1, H: 1 },
  { T: 5, N: 3, F: 4, H: 2 },
  // More than a tile of clips, of units and of terms, and no multiple of a tile.
  { T: 3, N: 35, F: 9, H: 37 },
];

/** The variants of a layer: whether its second half is reversed, and whether only final states have a gradient. */
export interface GruCase extends GruShape {
  readonly reversed: boolean;
  readonly lastOnly: boolean;
}

/** Every shape, in both directions, with both kinds of upstream gradient. */
export const GRU_CASES: readonly GruCase[] = SHAPES.flatMap((shape) =>
  [true, false].flatMap((reversed) =>
    [true, false].map((lastOnly) => ({ ...shape, reversed, lastOnly })),
  ),
);

/** The inputs of a layer, and the expected outputs of each half. */
export interface GruTrial {
  /** `[T, N, F]`. */
  readonly x: Float64Array;
  readonly halves: readonly [Half, Half];
  /** `[T, N, 2H]`, or `[N, 2H]`. */
  readonly upstream: Float64Array;
  readonly expected: readonly [HalfResult, HalfResult];
}

/** A layer with random numbers, computed by loops; `factor` as for `gruHalf`. */
export function gruTrial(
  { reversed, lastOnly, ...shape }: GruCase,
  factor?: (value: number) => number,
): GruTrial {
  const { T, N, F, H } = shape;
  const x = draw([T, N, F], 1);
  const halves = [halfOf(shape, 2), halfOf(shape, 6)] as const;
  const given = draw(lastOnly ? [N, 2 * H] : [T, N, 2 * H], 10);
  const results = halves.map((half, which): HalfResult => {
    const backward = which === 1 && reversed;
    const upstream = Float64Array.from({ length: T * N * H }, (_, i) => {
      const [t, n, j] = [Math.floor(i / (N * H)), Math.floor(i / H) % N, i % H];
      const column = which * H + j;
      if (!lastOnly) return given[(t * N + n) * 2 * H + column] ?? 0;
      return t === (backward ? 0 : T - 1) ? (given[n * 2 * H + column] ?? 0) : 0;
    });
    return gruHalf(x, half, upstream, backward, shape, factor);
  });
  return { x, halves, upstream: given, expected: results as [HalfResult, HalfResult] };
}

/** The expected states of both halves, and the nine gradients in the order of the kernel. */
export function expectedOf({ expected }: GruTrial): {
  readonly states: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
} {
  const [first, second] = expected;
  return {
    states: expected.map(({ h }) => h),
    gradients: [
      first.dx.map((value, i) => value + (second.dx[i] ?? 0)),
      ...expected.flatMap(({ gradient: { wi, wh, bi, bh } }) => [wi, wh, bi, bh]),
    ],
  };
}
