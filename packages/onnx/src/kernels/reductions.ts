import * as tf from '@tensorflow/tfjs-core';
import type { GraphRecorder, Value } from '../graph/graph.ts';
import { binary, cast, integers, reduce, scalar, unary } from '../graph/operators.ts';
import { fromFront, kernel, type Translation, type Translations } from './kernel.ts';

/** Kernels that reduce, accumulate or normalise along axes. */
export const reductionKernels: Translations = {
  Sum: kernel<'x', tf.SumAttrs>((graph, { x }, { axis, keepDims }) => {
    const numbers = x.type === 'bool' ? cast(graph, x, 'int32') : x;
    return reduce(graph, 'ReduceSum', numbers, axesOf(axis, x), keepDims);
  }),
  Mean: kernel<'x', tf.MeanAttrs>((graph, { x }, { axis, keepDims }) =>
    reduce(graph, 'ReduceMean', cast(graph, x, 'float32'), axesOf(axis, x), keepDims),
  ),
  Max: kernel<'x', tf.MaxAttrs>((graph, { x }, { reductionIndices, keepDims }) =>
    reduce(graph, 'ReduceMax', x, axesOf(reductionIndices, x), keepDims),
  ),
  Min: kernel<'x', tf.MinAttrs>((graph, { x }, { axis, keepDims }) =>
    reduce(graph, 'ReduceMin', x, axesOf(axis, x), keepDims),
  ),
  Prod: kernel<'x', tf.ProdAttrs>((graph, { x }, { axis, keepDims }) =>
    reduce(graph, 'ReduceProd', x, axesOf(axis, x), keepDims),
  ),
  All: kernel<'x', tf.AllAttrs>((graph, { x }, { axis, keepDims }) =>
    ofBits(graph, 'ReduceMin', x, axesOf(axis, x), keepDims),
  ),
  Any: kernel<'x', tf.AnyAttrs>((graph, { x }, { axis, keepDims }) =>
    ofBits(graph, 'ReduceMax', x, axesOf(axis, x), keepDims),
  ),
  ArgMax: extreme('ArgMax'),
  ArgMin: extreme('ArgMin'),
  TopK: kernel<'x', tf.TopKAttrs>((graph, { x }, { k, sorted }) => {
    const axis = x.shape.length - 1;
    const shape = x.shape.with(axis, k);
    const [values, indices] = graph.nodes(
      'TopK',
      [x, integers(graph, [k])],
      [
        { shape, type: x.type },
        { shape, type: 'int64' },
      ],
      { axis, largest: 1, sorted: Number(sorted) },
    ) as [Value, Value];
    return [values, cast(graph, indices, 'int32')];
  }),
  Cumsum: kernel<'x', tf.CumsumAttrs>((graph, { x }, { axis, exclusive, reverse }) => {
    const along = scalar(graph, fromFront(axis, x.shape.length), 'int64');
    const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
    return graph.node('CumSum', [x, along], x, attributes);
  }),
  Softmax: kernel<'logits', tf.SoftmaxAttrs>((graph, { logits }, { dim }) =>
    unary(graph, 'Softmax', logits, 'float32', { axis: fromFront(dim, logits.shape.length) }),
  ),
  FusedBatchNorm: kernel<'x' | 'mean' | 'variance' | 'scale' | 'offset', tf.FusedBatchNormAttrs>(
    (graph, inputs, { varianceEpsilon }) => {
      const { x, mean, variance } = inputs;
      // Optional inputs may be missing.
      const { scale, offset } = inputs as Partial<Record<'scale' | 'offset', Value>>;
      const deviation = unary(
        graph,
        'Sqrt',
        binary(graph, 'Add', variance, scalar(graph, varianceEpsilon)),
      );
      const factor = unary(graph, 'Reciprocal', deviation);
      const scaled = scale === undefined ? factor : binary(graph, 'Mul', factor, scale);
      const y = binary(graph, 'Mul', binary(graph, 'Sub', x, mean), scaled);
      return offset === undefined ? y : binary(graph, 'Add', y, offset);
    },
  ),
};

function axesOf(axis: number | number[] | null | undefined, { shape }: Value): number[] {
  // All axes if none are given, which TensorFlow.js's types do not state.
  return tf.util.parseAxisParam(axis as number | number[], [...shape]);
}

/** A reduction of booleans, by ONNX's reduction of numbers. */
function ofBits(
  graph: GraphRecorder,
  op: 'ReduceMin' | 'ReduceMax',
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
): Value {
  return cast(graph, reduce(graph, op, cast(graph, x, 'int32'), axes, keepDims), 'bool');
}

function extreme(op: 'ArgMax' | 'ArgMin'): Translation {
  return kernel<'x', tf.ArgMaxAttrs>((graph, { x }, { axis }) => {
    const along = axesOf(axis, x)[0] ?? 0;
    const shape = x.shape.toSpliced(along, 1);
    const indices = graph.node(op, [x], { shape, type: 'int64' }, { axis: along, keepdims: 0 });
    return cast(graph, indices, 'int32');
  });
}
