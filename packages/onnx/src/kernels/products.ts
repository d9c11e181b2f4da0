import * as tf from '@tensorflow/tfjs-core';
import type { GraphRecorder, Value } from '../graph/graph.ts';
import { binary, matMul, reshape, transpose, unary } from '../graph/operators.ts';
import { leakyRelu, prelu, relu6 } from './elementwise.ts';
import { expectTranslatable, kernel, listKernel, type Translations } from './kernel.ts';

/** Matrix products, convolutions and pools, and their fused forms. */
export const productKernels: Translations = {
  BatchMatMul: kernel<'a' | 'b', tf.BatchMatMulAttrs>(
    (graph, { a, b }, { transposeA, transposeB }) => matMul(graph, a, b, transposeA, transposeB),
  ),
  _FusedMatMul: kernel<'a' | 'b', tf._FusedMatMulAttrs>((graph, inputs, attributes) => {
    const { transposeA, transposeB } = attributes;
    const product = matMul(graph, inputs.a, inputs.b, transposeA, transposeB);
    return finish(graph, product, inputs, attributes);
  }),
  Einsum: listKernel<tf.EinsumAttrs>((graph, values, { equation }) => {
    const [terms, result] = equation.replaceAll(' ', '').split('->') as [string, string];
    const sizes = new Map<string, number>();
    for (const [i, term] of terms.split(',').entries()) {
      for (const [axis, letter] of [...term].entries()) {
        sizes.set(letter, values[i]?.shape[axis] as number);
      }
    }
    const shape = [...result].map((letter) => sizes.get(letter) as number);
    return graph.node('Einsum', values, { shape, type: 'float32' }, { equation });
  }),
  Conv2D: kernel<'x' | 'filter', tf.Conv2DAttrs>((graph, { x, filter }, attributes) =>
    convolution(graph, x, filter, attributes, false),
  ),
  FusedConv2D: kernel<'x' | 'filter', tf.FusedConv2DAttrs>((graph, inputs, attributes) => {
    const y = convolution(graph, inputs.x, inputs.filter, attributes, false);
    return finish(graph, y, inputs, attributes);
  }),
  DepthwiseConv2dNative: kernel<'x' | 'filter', tf.DepthwiseConv2dNativeAttrs>(
    (graph, { x, filter }, attributes) => convolution(graph, x, filter, attributes, true),
  ),
  FusedDepthwiseConv2D: kernel<'x' | 'filter', tf.FusedDepthwiseConv2DAttrs>(
    (graph, inputs, attributes) => {
      const y = convolution(graph, inputs.x, inputs.filter, attributes, true);
      return finish(graph, y, inputs, attributes);
    },
  ),
  AvgPool: kernel<'x', tf.AvgPoolAttrs>((graph, { x }, attributes) =>
    pool(graph, 'AveragePool', x, attributes),
  ),
  MaxPool: kernel<'x', tf.MaxPoolAttrs>((graph, { x }, attributes) =>
    pool(graph, 'MaxPool', x, attributes),
  ),
};

/** NHWC to NCHW, and back. */
const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];

/** Bias and activation of a fused kernel. */
function finish(
  graph: GraphRecorder,
  product: Value,
  inputs: Readonly<Record<string, Value>>,
  { activation, leakyreluAlpha = 0.2 }: Pick<tf._FusedMatMulAttrs, 'activation' | 'leakyreluAlpha'>,
): Value {
  const { bias, preluActivationWeights } = inputs as Partial<Record<string, Value>>;
  const y = bias === undefined ? product : binary(graph, 'Add', product, bias);
  switch (activation) {
    case 'relu':
      return unary(graph, 'Relu', y);
    case 'elu':
      return unary(graph, 'Elu', y);
    case 'sigmoid':
      return unary(graph, 'Sigmoid', y);
    case 'relu6':
      return relu6(graph, y);
    case 'leakyrelu':
      return leakyRelu(graph, y, leakyreluAlpha);
    case 'prelu':
      return preluActivationWeights === undefined ? y : prelu(graph, y, preluActivationWeights);
    case 'linear':
    case undefined:
    case null:
      return y;
  }
}

/** The filter is `[height, width, inputs, outputs]`, or with `depthwise` `[height, width, inputs, outputs of each]`. */
function convolution(
  graph: GraphRecorder,
  x: Value,
  filter: Value,
  attributes: tf.Conv2DAttrs,
  depthwise: boolean,
): Value {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attributes;
  const channelsLast = dataFormat !== 'NCHW';
  const info = tf.backend_util.computeConv2DInfo(
    [...x.shape] as Four,
    [...filter.shape] as Four,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
    channelsLast ? 'channelsLast' : 'channelsFirst',
  );
  const [height, width, inputs, multiplier] = filter.shape as Four;
  const weight = depthwise
    ? reshape(graph, transpose(graph, filter, [2, 3, 0, 1]), [
        inputs * multiplier,
        1,
        height,
        width,
      ])
    : transpose(graph, filter, [3, 2, 0, 1]);
  return channelsFirst(graph, x, info, channelsLast, (image, output) =>
    graph.node('Conv', [image, weight], output, {
      ...windowOf(info, [height, width]),
      dilations: [info.dilationHeight, info.dilationWidth],
      group: info.inChannels / (depthwise ? 1 : inputs),
    }),
  );
}

function pool(
  graph: GraphRecorder,
  op: 'AveragePool' | 'MaxPool',
  x: Value,
  { filterSize, strides, pad, dimRoundingMode }: tf.AvgPoolAttrs,
): Value {
  const shape = [...x.shape] as Four;
  const info = tf.backend_util.computePool2DInfo(
    shape,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return channelsFirst(graph, x, info, true, (image, output) =>
    graph.node(op, [image], output, windowOf(info, [info.filterHeight, info.filterWidth])),
  );
}

type Four = [number, number, number, number];

/** The result of `f` on the image with channels first, converted back to the original order. */
function channelsFirst(
  graph: GraphRecorder,
  x: Value,
  info: tf.backend_util.Conv2DInfo,
  channelsLast: boolean,
  f: (image: Value, output: Pick<Value, 'shape' | 'type'>) => Value,
): Value {
  const { batchSize, outChannels, outHeight, outWidth, padInfo } = info;
  const rounded = (size: number, pads: number, filter: number, stride: number): number =>
    Math.floor((size + pads - filter) / stride) + 1;
  const { top, bottom, left, right } = padInfo;
  expectTranslatable(
    outHeight ===
      rounded(info.inHeight, top + bottom, info.effectiveFilterHeight, info.strideHeight) &&
      outWidth === rounded(info.inWidth, left + right, info.effectiveFilterWidth, info.strideWidth),
    'a convolution or pool whose output size is not rounded down',
  );
  const output = {
    shape: [batchSize, outChannels, outHeight, outWidth],
    type: 'float32',
  } as const;
  if (!channelsLast) return f(x, output);
  const image = transpose(graph, x, TO_CHANNELS_FIRST);
  return transpose(graph, f(image, output), TO_CHANNELS_LAST);
}

function windowOf(
  { padInfo, strideHeight, strideWidth }: tf.backend_util.Conv2DInfo,
  filter: readonly [number, number],
): Readonly<Record<string, readonly number[]>> {
  const { top, left, bottom, right } = padInfo;
  return {
    kernel_shape: filter,
    pads: [top, left, bottom, right],
    strides: [strideHeight, strideWidth],
  };
}
