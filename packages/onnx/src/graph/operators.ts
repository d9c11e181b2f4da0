import * as tf from '@tensorflow/tfjs-core';
import type { Attribute, ElementType, GraphRecorder, Value } from './graph.ts';

// The ONNX operators used by the translations, each with the shape of its output. Everything that may depend on the
// number of clips is an int64 input here, never an attribute: only inputs can be computed when the model runs.

/** A position before the first element or after the last one, outside of every axis. */
const FAR = Number.MAX_SAFE_INTEGER;

/** An elementwise operator of one value. */
export function unary(
  graph: GraphRecorder,
  op: string,
  x: Value,
  type: ElementType = x.type,
  attributes: Readonly<Record<string, Attribute>> = {},
): Value {
  return graph.node(op, [x], { shape: x.shape, type }, attributes);
}

/** An elementwise operator of two values of one type, broadcast. */
export function binary(
  graph: GraphRecorder,
  op: string,
  a: Value,
  b: Value,
  type: ElementType = a.type,
): Value {
  return graph.node(op, [a, b], { shape: broadcast(a.shape, b.shape), type });
}

/** The shape to which two shapes are broadcast. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  return tf.backend_util.assertAndGetBroadcastShape([...a], [...b]);
}

/** A constant of rank 0. */
export function scalar(graph: GraphRecorder, value: number, type: ElementType = 'float32'): Value {
  return graph.constant({ type, shape: [], values: [value] });
}

/** A constant list of sizes, axes or positions. */
export function integers(graph: GraphRecorder, values: readonly number[]): Value {
  return graph.constant({ type: 'int64', shape: [values.length], values });
}

/** `condition ? t : e`, all broadcast. */
export function where(graph: GraphRecorder, condition: Value, t: Value, e: Value): Value {
  const shape = broadcast(condition.shape, broadcast(t.shape, e.shape));
  return graph.node('Where', [condition, t, e], { shape, type: t.type });
}

/** Element types as ONNX numbers them. */
export const ELEMENT_TYPES: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
};

/** x in another type. */
export function cast(graph: GraphRecorder, x: Value, type: ElementType): Value {
  return x.type === type ? x : unary(graph, 'Cast', x, type, { to: ELEMENT_TYPES[type] });
}

/** x with its axes permuted. */
export function transpose(graph: GraphRecorder, x: Value, perm: readonly number[]): Value {
  if (perm.every((axis, i) => axis === i)) return x;
  const shape = perm.map((axis) => x.shape[axis] as number);
  return graph.node('Transpose', [x], { shape, type: x.type }, { perm });
}

/** x with its last two axes swapped. */
export function swapLast(graph: GraphRecorder, x: Value): Value {
  const perm = x.shape.map((_, i) => i);
  return transpose(graph, x, [...perm.slice(0, -2), perm.length - 1, perm.length - 2]);
}

/** x in another shape of the same size. */
export function reshape(graph: GraphRecorder, x: Value, shape: readonly number[]): Value {
  if (tf.util.arraysEqual([...x.shape], [...shape])) return x;
  return graph.node('Reshape', [x, integers(graph, shape)], { shape, type: x.type });
}

/** x broadcast to a shape. */
export function expand(graph: GraphRecorder, x: Value, shape: readonly number[]): Value {
  return graph.node('Expand', [x, integers(graph, shape)], { shape, type: x.type });
}

/** `size` elements of each axis, from `begin`, every `stride`-th; a negative stride goes backward. */
export function slice(
  graph: GraphRecorder,
  x: Value,
  begin: readonly number[],
  size: readonly number[],
  strides: readonly number[] = size.map(() => 1),
): Value {
  const axes = x.shape
    .map((_, axis) => axis)
    .filter((axis) => size[axis] !== x.shape[axis] || strides[axis] !== 1);
  if (axes.length === 0) return x;
  const starts = axes.map((axis) => begin[axis] as number);
  const steps = axes.map((axis) => strides[axis] as number);
  const ends = axes.map((axis, i) => {
    const end = (starts[i] as number) + (size[axis] as number) * (steps[i] as number);
    // A negative end would be counted from the last element.
    return end < 0 ? -FAR : end;
  });
  const inputs = [starts, ends, axes, ...(steps.every((step) => step === 1) ? [] : [steps])];
  return graph.node('Slice', [x, ...inputs.map((list) => integers(graph, list))], {
    shape: size,
    type: x.type,
  });
}

/** Values concatenated along an axis. */
export function concat(graph: GraphRecorder, values: readonly Value[], axis: number): Value {
  const [first] = values as readonly [Value];
  if (values.length === 1) return first;
  const length = values.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const shape = first.shape.with(axis, length);
  return graph.node('Concat', values, { shape, type: first.type }, { axis });
}

/** The slices at the indices along an axis. */
export function gather(graph: GraphRecorder, x: Value, indices: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return graph.node('Gather', [x, indices], { shape, type: x.type }, { axis });
}

/** x with an axis of size 1 inserted. */
export function unsqueeze(graph: GraphRecorder, x: Value, axis: number): Value {
  const shape = x.shape.toSpliced(axis, 0, 1);
  return graph.node('Unsqueeze', [x, integers(graph, [axis])], { shape, type: x.type });
}

/** A reduction over axes, such as `ReduceSum`; over all axes if none are given. */
export function reduce(
  graph: GraphRecorder,
  op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd',
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
): Value {
  if (x.shape.length === 0) return x;
  const shape = keepDims
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  const output = { shape, type: x.type };
  const keepdims = Number(keepDims);
  // From operator set 13 to 17, only ReduceSum takes its axes as an input.
  return op === 'ReduceSum'
    ? graph.node(op, [x, integers(graph, axes)], output, { keepdims })
    : graph.node(op, [x], output, { keepdims, axes });
}

/** The matrix product over the last two axes; the others are broadcast. */
export function matMul(
  graph: GraphRecorder,
  a: Value,
  b: Value,
  transposeA: boolean,
  transposeB: boolean,
): Value {
  const rank = Math.max(a.shape.length, b.shape.length);
  if (rank === 2 && (transposeA || transposeB) && a.type === 'float32') {
    const shape = [a.shape[transposeA ? 1 : 0] as number, b.shape[transposeB ? 0 : 1] as number];
    const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
    return graph.node('Gemm', [a, b], { shape, type: a.type }, attributes);
  }
  const left = transposeA ? swapLast(graph, a) : a;
  const right = transposeB ? swapLast(graph, b) : b;
  const shape = [
    ...broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2)),
    left.shape.at(-2) as number,
    right.shape.at(-1) as number,
  ];
  return graph.node('MatMul', [left, right], { shape, type: a.type });
}
