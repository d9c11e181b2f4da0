import * as tf from '@tensorflow/tfjs-core';
import { features } from './agreement.ts';

/** Clips `[N, 2, 6, 5, 2]`. */
export const SIZES = { channels: 2, frames: 6, joints: 5, persons: 2 };

/** A function of clips whose result starts with axis N. */
type Case = (x: tf.Tensor5D) => tf.Tensor;

/** Pseudo-random numbers, the same at every call. */
function numbers<R extends tf.Rank>(...shape: number[]): tf.Tensor<R> {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1)),
    shape as tf.ShapeMap[R],
  );
}

/** `[N, T, V, C·M]`. */
function image(x: tf.Tensor5D): tf.Tensor4D {
  return tf.reshape<tf.Rank.R4>(tf.transpose(x, [0, 2, 3, 1, 4]), [x.shape[0], 6, 5, 4]);
}

/** `[N·T, C·V·M]`. */
function rows(x: tf.Tensor5D): tf.Tensor2D {
  return tf.reshape<tf.Rank.R2>(tf.transpose(x, [0, 2, 1, 3, 4]), [x.shape[0] * 6, 20]);
}

/** Rows back to features. */
function unrow(y: tf.Tensor): tf.Tensor {
  return tf.reshape(y, [(y.shape[0] ?? 0) / 6, -1]);
}

function int(x: tf.Tensor): tf.Tensor {
  return tf.cast(tf.mul(x, 3), 'int32');
}

function bool(x: tf.Tensor): tf.Tensor {
  return tf.greater(x, 0);
}

function places(values: number[], shape: number[]): tf.Tensor1D {
  return tf.tensor<tf.Rank.R1>(values, shape as [number], 'int32');
}

function positive(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.abs(x), 0.5);
}

/** Of the two persons. */
function pair(f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case {
  return (x) => f(...(tf.split(x, 2, 4) as [tf.Tensor, tf.Tensor]));
}

const unary: Readonly<Record<string, readonly Case[]>> = {
  Abs: [tf.abs],
  Acos: [(x) => tf.acos(tf.tanh(x))],
  Acosh: [(x) => tf.acosh(tf.add(tf.abs(x), 1.5))],
  Asin: [(x) => tf.asin(tf.tanh(x))],
  Asinh: [tf.asinh],
  Atan: [tf.atan],
  Atanh: [(x) => tf.atanh(tf.mul(tf.tanh(x), 0.9))],
  Cast: [int, (x) => tf.cast(bool(x), 'int32'), (x) => tf.cast(tf.step(x), 'bool')],
  Ceil: [(x) => tf.ceil(tf.mul(x, 3))],
  ClipByValue: [(x) => tf.clipByValue(x, -0.5, 0.7)],
  Cos: [tf.cos],
  Cosh: [tf.cosh],
  Elu: [tf.elu],
  Erf: [tf.erf],
  Exp: [tf.exp],
  Expm1: [tf.expm1],
  Floor: [(x) => tf.floor(tf.mul(x, 3))],
  Identity: [tf.clone],
  IsFinite: [(x) => tf.isFinite(tf.div(x, tf.relu(x)))],
  IsInf: [(x) => tf.isInf(tf.div(x, tf.relu(x)))],
  IsNan: [(x) => tf.isNaN(tf.sqrt(x))],
  LeakyRelu: [(x) => tf.leakyRelu(x, 0.1)],
  Log: [(x) => tf.log(positive(x))],
  Log1p: [(x) => tf.log1p(tf.abs(x))],
  LogicalNot: [(x) => tf.logicalNot(bool(x))],
  Neg: [tf.neg, (x) => tf.neg(int(x))],
  Prelu: [(x) => tf.prelu(x, tf.abs(numbers(5, 2)))],
  Reciprocal: [(x) => tf.reciprocal(positive(x))],
  Relu: [tf.relu],
  Relu6: [(x) => tf.relu6(tf.mul(x, 5))],
  // Halves, which are rounded to even.
  Round: [(x) => tf.round(tf.div(tf.floor(tf.mul(x, 4)), 2))],
  Rsqrt: [(x) => tf.rsqrt(positive(x))],
  Selu: [tf.selu],
  Sigmoid: [tf.sigmoid],
  Sign: [tf.sign],
  Sin: [tf.sin],
  Sinh: [tf.sinh],
  Softplus: [tf.softplus],
  Sqrt: [(x) => tf.sqrt(positive(x))],
  Square: [tf.square, (x) => tf.square(int(x))],
  Step: [(x) => tf.step(x, 0.3)],
  Tan: [(x) => tf.tan(tf.tanh(x))],
  Tanh: [tf.tanh],
};

const binary: Readonly<Record<string, readonly Case[]>> = {
  Add: [pair(tf.add), (x) => tf.add(numbers(6, 1, 2), x)],
  AddN: [pair((a, b) => tf.addN([a, b, a]))],
  Equal: [pair((a, b) => tf.equal(int(a), int(b))), pair((a, b) => tf.equal(bool(a), bool(b)))],
  FloorDiv: [pair((a, b) => tf.floorDiv(int(a), int(positive(b))))],
  Greater: [pair(tf.greater)],
  GreaterEqual: [pair((a, b) => tf.greaterEqual(tf.round(a), tf.round(b)))],
  Less: [pair(tf.less)],
  LessEqual: [pair((a, b) => tf.lessEqual(tf.round(a), tf.round(b)))],
  LogicalAnd: [pair((a, b) => tf.logicalAnd(bool(a), bool(b)))],
  LogicalOr: [pair((a, b) => tf.logicalOr(bool(a), bool(b)))],
  Maximum: [pair(tf.maximum), pair((a, b) => tf.maximum(int(a), int(b)))],
  Minimum: [pair(tf.minimum)],
  Mod: [pair((a, b) => tf.mod(a, positive(b))), pair((a, b) => tf.mod(int(a), int(positive(b))))],
  Multiply: [pair(tf.mul), pair((a, b) => tf.mul(int(a), int(b)))],
  NotEqual: [pair((a, b) => tf.notEqual(int(a), int(b)))],
  Pow: [pair((a, b) => tf.pow(positive(a), b)), (x) => tf.pow(x, 3)],
  RealDiv: [pair((a, b) => tf.div(a, positive(b)))],
  Select: [
    pair((a, b) => tf.where(bool(a), a, b)),
    (x) => tf.where<tf.Tensor>(bool(x), x, tf.scalar(2)),
    pair((a, b) => tf.where(bool(a), int(a), int(b))),
  ],
  SquaredDifference: [pair(tf.squaredDifference)],
  Sub: [pair(tf.sub), (x) => tf.sub(1, x)],
};

/** The last one leaves the slope of LeakyReLU to TensorFlow.js's default, 0.2. */
const ACTIVATIONS = [
  ...(['linear', 'relu', 'elu', 'relu6', 'sigmoid', 'leakyrelu', 'prelu'] as const),
  'leakyrelu',
] as const;

/** 0.3 for the first LeakyReLU. On wasm 4.22 a fused convolution without a slope takes 0 instead of the default. */
function slope(place: number): { readonly leakyreluAlpha?: number } {
  if (place === ACTIVATIONS.indexOf('leakyrelu')) return { leakyreluAlpha: 0.3 };
  return tf.getBackend() === 'wasm' ? { leakyreluAlpha: 0.2 } : {};
}

/** Options of a fused function with each activation; the parametric one where there are weights for it. */
function fused(outputs: number): Readonly<{
  bias: tf.Tensor1D;
  activation: (typeof ACTIVATIONS)[number];
  preluActivationWeights?: tf.Tensor;
  leakyreluAlpha?: number;
}>[] {
  return ACTIVATIONS.map((activation, i) => ({
    bias: numbers(outputs),
    activation,
    ...(activation === 'prelu' ? { preluActivationWeights: numbers(1, 1, outputs) } : {}),
    ...(activation === 'leakyrelu' ? slope(i) : {}),
  }));
}

const products: Readonly<Record<string, readonly Case[]>> = {
  BatchMatMul: [
    (x) => unrow(tf.matMul(rows(x), numbers<tf.Rank.R2>(20, 3))),
    (x) => unrow(tf.matMul(rows(x), numbers<tf.Rank.R2>(3, 20), false, true)),
    (x) => unrow(tf.transpose(tf.matMul(numbers<tf.Rank.R2>(20, 3), rows(x), true, true))),
    (x) => tf.matMul(image(x), image(x), true, false),
    (x) => tf.matMul(image(x), image(x), false, true),
    (x) => tf.matMul(numbers(3, 5), image(x)),
    (x) => tf.matMul(numbers(4, 3), image(x), true, true),
  ],
  // Not transposed: on wasm 4.22 the bias of a transposed product goes to other columns.
  _FusedMatMul: ACTIVATIONS.map((_, i) => (x) => {
    const options = fused(3)[i] as ReturnType<typeof fused>[number];
    return unrow(tf.fused.matMul({ a: rows(x), b: numbers(20, 3), ...options }));
  }),
  Einsum: [
    (x) => tf.einsum('nctvm,vw->nctwm', x, numbers<tf.Rank.R2>(5, 5)),
    (x) => tf.einsum('nctvm,nctwm->nvw', x, x),
  ],
  Conv2D: [
    (x) => tf.conv2d(image(x), numbers<tf.Rank.R4>(3, 1, 4, 3), 1, 'same'),
    (x) => tf.conv2d(image(x), numbers<tf.Rank.R4>(3, 2, 4, 3), [2, 1], 'valid'),
    (x) => tf.conv2d(image(x), numbers<tf.Rank.R4>(2, 2, 4, 3), 1, 'same', 'NHWC', [2, 1]),
    (x) =>
      tf.conv2d(image(x), numbers<tf.Rank.R4>(3, 3, 4, 2), 1, [
        [0, 0],
        [2, 1],
        [0, 1],
        [0, 0],
      ]),
    (x) =>
      tf.conv1d(tf.reshape<tf.Rank.R3>(x, [-1, 12, 10]), numbers<tf.Rank.R3>(3, 10, 2), 2, 'same'),
  ],
  FusedConv2D: ACTIVATIONS.map((_, i) => (x) => {
    const options = fused(3)[i] as ReturnType<typeof fused>[number];
    const filter = numbers<tf.Rank.R4>(3, 2, 4, 3);
    return tf.fused.conv2d({ x: image(x), filter, strides: 1, pad: 'same', ...options });
  }),
  DepthwiseConv2dNative: [
    (x) => tf.depthwiseConv2d(image(x), numbers<tf.Rank.R4>(3, 2, 4, 1), 1, 'same'),
    (x) => tf.depthwiseConv2d(image(x), numbers<tf.Rank.R4>(3, 3, 4, 2), 1, 'valid'),
  ],
  FusedDepthwiseConv2D: ACTIVATIONS.map((_, i) => (x) => {
    const options = fused(8)[i] as ReturnType<typeof fused>[number];
    const filter = numbers<tf.Rank.R4>(3, 2, 4, 2);
    return tf.fused.depthwiseConv2d({ x: image(x), filter, strides: 1, pad: 'same', ...options });
  }),
  AvgPool: [
    (x) => tf.avgPool(image(x), [3, 2], [1, 1], 'same'),
    (x) => tf.avgPool(image(x), 2, 2, 'valid'),
  ],
  MaxPool: [
    (x) => tf.maxPool(image(x), [3, 2], [1, 1], 'same'),
    (x) => tf.maxPool(image(x), [6, 1], 1, 'valid'),
  ],
};

const reductions: Readonly<Record<string, readonly Case[]>> = {
  Sum: [
    (x) => tf.sum(x, [2, 4]),
    (x) => tf.sum(x, -1, true),
    (x) => tf.sum(bool(x), 1),
    // A reduction over all clips, which leaves no axis.
    (x) => tf.add(x, tf.mul(tf.sum(x), 0)),
  ],
  Mean: [(x) => tf.mean(x, [2, 3, 4]), (x) => tf.mean(int(x), 2, true)],
  Max: [(x) => tf.max(x, 2), (x) => tf.max(int(x), [1, -1], true)],
  Min: [(x) => tf.min(x, [3, 4])],
  Prod: [(x) => tf.prod(x, 4)],
  All: [(x) => tf.all(bool(x), 4)],
  Any: [(x) => tf.any(bool(x), [1, 4], true)],
  ArgMax: [(x) => tf.argMax(x, 3)],
  ArgMin: [(x) => tf.argMin(x, -1)],
  TopK: [(x) => tf.topk(image(x), 2).values, (x) => tf.topk(image(x), 3).indices],
  Cumsum: [(x) => tf.cumsum(x, 2), (x) => tf.cumsum(x, 3, true, true)],
  Softmax: [(x) => tf.softmax(x)],
  FusedBatchNorm: [
    (x) =>
      tf.batchNorm(
        image(x),
        numbers(4),
        positive(numbers(4)) as tf.Tensor1D,
        numbers(4),
        numbers(4),
        0.01,
      ),
    (x) => tf.batchNorm(image(x), numbers(4), positive(numbers(4)) as tf.Tensor1D),
  ],
};

const shapes: Readonly<Record<string, readonly Case[]>> = {
  Reshape: [
    (x) => tf.reshape(x, [-1, 20, 6]),
    (x) => tf.reshape(tf.mul(tf.reshape(x, [-1, 3]), numbers(3)), x.shape),
    (x) => tf.squeeze(tf.slice(x, [0, 0, 0, 0, 0], [-1, -1, 1, -1, -1]), [2]),
  ],
  ExpandDims: [(x) => tf.expandDims(x, 2), (x) => tf.expandDims(x, -1)],
  Transpose: [
    (x) => tf.transpose(x, [0, 4, 1, 3, 2]),
    (x) => tf.transpose(tf.add(tf.transpose(x), numbers(5, 6, 2, 1))),
  ],
  Concat: [
    (x) => tf.concat([x, x], 1),
    (x) =>
      tf.concat(
        [x, numbers(2, 6, 5, 2)].map((y) => tf.add(y, tf.zerosLike(x))),
        -1,
      ),
    (x) => tf.split(tf.concat([x, tf.neg(x)], 0), 2, 0)[1] as tf.Tensor,
  ],
  Pack: [pair((a, b) => tf.stack([a, b, a], 1)), pair((a, b) => tf.stack([a, b], 5))],
  Unpack: [
    (x) => tf.addN(tf.unstack(x, 2).slice(1)),
    (x) => tf.sub(...(tf.unstack(x, -1) as [tf.Tensor, tf.Tensor])),
  ],
  SplitV: [
    (x) => tf.split(x, [1, 3, 2], 2)[1] as tf.Tensor,
    (x) => tf.split(x, 3, -3)[2] as tf.Tensor,
    // Along an axis of twice N.
    (x) => tf.split(tf.tile(x, [2, 1, 1, 1, 1]), 2, 0)[1] as tf.Tensor,
  ],
  Slice: [
    (x) => tf.slice(x, [0, 1, 2, 0, 1], [-1, 1, 3, -1, 1]),
    (x) => tf.slice(tf.tile(x, [2, 1, 1, 1, 1]), [x.shape[0], 0, 0, 0, 0], x.shape),
    // All but the first clip of N + 1.
    (x) => tf.slice(tf.concat([numbers(1, 2, 6, 5, 2), x], 0), [1, 0, 0, 0, 0], x.shape),
  ],
  StridedSlice: [
    (x) => tf.stridedSlice(x, [0, 0, 1], [x.shape[0], 2, 6], [1, 1, 2]),
    (x) => tf.stridedSlice(x, [0, 0, 5], [x.shape[0], 2, 0], [1, 1, -2]),
    (x) => tf.stridedSlice(x, [0, 1, 0], [0, 2, 0], [1, 1, 1], 1, 5, 0, 0, 2),
  ],
  Reverse: [(x) => tf.reverse(x, 2), (x) => tf.reverse(tf.reverse(x, [0, -1]), 0)],
  Tile: [
    (x) => tf.tile(x, [1, 2, 1, 1, 3]),
    (x) => tf.mul(x, tf.broadcastTo(numbers(1, 2, 1, 1, 2), x.shape)),
  ],
  PadV2: [
    (x) =>
      tf.pad(x, [
        [0, 0],
        [0, 0],
        [4, 4],
        [0, 1],
        [0, 0],
      ]),
    (x) =>
      tf.pad(
        x,
        [
          [0, 0],
          [1, 0],
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        0.5,
      ),
  ],
  MirrorPad: [
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [0, 0],
          [2, 3],
          [0, 0],
          [0, 0],
        ],
        'reflect',
      ),
  ],
  GatherV2: [
    (x) => tf.gather(x, places([4, 0, 0, 2], [4]), 3),
    (x) => tf.gather(x, places([1, 0, 1, 1], [2, 2]), 4),
  ],
  GatherNd: [(x) => tf.transpose(tf.gatherND(tf.transpose(x), places([0, 3, 1, 4], [2, 2])))],
  OneHot: [(x) => tf.oneHot(tf.cast(tf.round(x), 'int32'), 3, 2, -1)],
  Fill: [
    (x) => tf.add(x, tf.fill([6, 1, 1], 3)),
    (x) => tf.add(x, tf.fill([x.shape[0], 2, 1, 1, 1], 0.5)),
  ],
  ZerosLike: [(x) => tf.concat([x, tf.zerosLike(x)], 1)],
  OnesLike: [(x) => tf.concat([x, tf.onesLike(x)], 1)],
  Range: [(x) => tf.mul(x, tf.reshape(tf.range(1, 4, 0.5), [6, 1, 1]))],
  LinSpace: [(x) => tf.mul(x, tf.reshape(tf.linspace(-1, 1, 6), [6, 1, 1]))],
};

/** For every kernel, a function that calls it with all these arguments. */
export const kernelCases: Readonly<Record<string, (x: tf.Tensor5D) => tf.Tensor2D>> =
  Object.fromEntries(
    Object.entries({ ...unary, ...binary, ...products, ...reductions, ...shapes }).map(
      ([name, all]) => [
        name,
        (x: tf.Tensor5D) =>
          tf.concat(
            all.map((f) => features(f(x))),
            1,
          ),
      ],
    ),
  );
