import * as tf from '@tensorflow/tfjs-core';
import type { Value } from '../graph/graph.ts';
import {
  binary,
  cast,
  concat,
  expand,
  gather,
  integers,
  reshape,
  scalar,
  slice,
  transpose,
  unsqueeze,
  where,
} from '../graph/operators.ts';
import { expectTranslatable, fromFront, kernel, listKernel, type Translations } from './kernel.ts';

/** Kernels that move, pick or repeat elements. */
export const shapeKernels: Translations = {
  Reshape: kernel<'x', tf.ReshapeAttrs>((graph, { x }, { shape }) =>
    reshape(graph, x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape([...x.shape]))),
  ),
  ExpandDims: kernel<'input', tf.ExpandDimsAttrs>((graph, { input }, { dim }) =>
    unsqueeze(graph, input, fromFront(dim, input.shape.length + 1)),
  ),
  Transpose: kernel<'x', tf.TransposeAttrs>((graph, { x }, { perm }) => transpose(graph, x, perm)),
  Concat: listKernel<tf.ConcatAttrs>((graph, values, { axis }) =>
    concat(graph, values, fromFront(axis, values[0]?.shape.length ?? 0)),
  ),
  Pack: listKernel<tf.PackAttrs>((graph, values, { axis }) => {
    const along = fromFront(axis, (values[0]?.shape.length ?? 0) + 1);
    const parts = values.map((value) => unsqueeze(graph, value, along));
    return concat(graph, parts, along);
  }),
  Unpack: kernel<'value', tf.UnpackAttrs>((graph, { value }, { axis }) => {
    const along = fromFront(axis, value.shape.length);
    return Array.from({ length: value.shape[along] as number }, (_, i) =>
      gather(graph, value, scalar(graph, i, 'int64'), along),
    );
  }),
  SplitV: kernel<'x', tf.SplitVAttrs>((graph, { x }, { numOrSizeSplits, axis }) => {
    const along = fromFront(axis, x.shape.length);
    const sizes = tf.backend_util.prepareSplitSize(shaped(x), numOrSizeSplits, along);
    const outputs = sizes.map((size) => ({ shape: x.shape.with(along, size), type: x.type }));
    return graph.nodes('Split', [x, integers(graph, sizes)], outputs, { axis: along });
  }),
  Slice: kernel<'x', tf.SliceAttrs>((graph, { x }, { begin, size }) => {
    const [starts, sizes] = tf.slice_util.parseSliceParams(shaped(x), begin, size) as [
      number[],
      number[],
    ];
    return slice(graph, x, starts, sizes);
  }),
  StridedSlice: kernel<'x', tf.StridedSliceAttrs>((graph, { x }, attributes) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask } = attributes;
    const { newAxisMask, shrinkAxisMask } = attributes;
    const info = tf.slice_util.sliceInfo(
      [...x.shape],
      [...begin],
      [...end],
      [...strides],
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    if (info.isIdentity) return reshape(graph, x, info.finalShape);
    const sizes = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
    return reshape(graph, slice(graph, x, info.begin, sizes, info.strides), info.finalShape);
  }),
  Reverse: kernel<'x', tf.ReverseAttrs>((graph, { x }, { dims }) => {
    const axes = tf.util.parseAxisParam(dims, [...x.shape]);
    // The last one, for any size.
    const begin = x.shape.map((_, axis) => (axes.includes(axis) ? -1 : 0));
    return slice(
      graph,
      x,
      begin,
      x.shape,
      begin.map((start) => (start === -1 ? -1 : 1)),
    );
  }),
  Tile: kernel<'x', tf.TileAttrs>((graph, { x }, { reps }) => {
    const shape = x.shape.map((size, axis) => size * (reps[axis] as number));
    return graph.node('Tile', [x, integers(graph, reps)], { shape, type: x.type });
  }),
  PadV2: kernel<'x', tf.PadV2Attrs>((graph, { x }, { paddings, constantValue }) =>
    graph.node(
      'Pad',
      [x, integers(graph, endsOf(paddings)), scalar(graph, constantValue, x.type)],
      padded(x, paddings),
      { mode: 'constant' },
    ),
  ),
  MirrorPad: kernel<'x', tf.MirrorPadAttrs>((graph, { x }, { paddings, mode }) => {
    expectTranslatable(mode === 'reflect', `MirrorPad in mode ${mode}`);
    const inputs = [x, integers(graph, endsOf(paddings))];
    return graph.node('Pad', inputs, padded(x, paddings), { mode });
  }),
  GatherV2: kernel<'x' | 'indices', tf.GatherV2Attrs>((graph, { x, indices }, attributes) => {
    const { axis, batchDims } = attributes;
    expectTranslatable(batchDims === 0, `GatherV2 with batchDims = ${batchDims}`);
    return gather(graph, x, indices, fromFront(axis, x.shape.length));
  }),
  GatherNd: kernel<'params' | 'indices'>((graph, { params, indices }) => {
    const depth = indices.shape.at(-1) as number;
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    const places = cast(graph, indices, 'int64');
    return graph.node('GatherND', [params, places], { shape, type: params.type });
  }),
  OneHot: kernel<'indices', tf.OneHotAttrs>((graph, { indices }, attributes) => {
    const { depth, onValue, offValue, dtype } = attributes;
    const type = creatable(dtype);
    const classes = Array.from({ length: depth }, (_, i) => i);
    const all = graph.constant({ type: 'int32', shape: [depth], values: classes });
    const rows = unsqueeze(graph, cast(graph, indices, 'int32'), indices.shape.length);
    // ONNX's OneHot counts negative indices from the end.
    const isOn = binary(graph, 'Equal', rows, all, 'bool');
    const chosen = where(graph, isOn, scalar(graph, onValue), scalar(graph, offValue));
    return cast(graph, chosen, type);
  }),
};

/** Kernels that create values from a shape. */
export const creationKernels: Translations = {
  Fill: kernel<never, tf.FillAttrs>((graph, _, { shape, value, dtype }) =>
    expand(graph, scalar(graph, Number(value), creatable(dtype)), shape),
  ),
  ZerosLike: kernel<'x'>((graph, { x }) => expand(graph, scalar(graph, 0, x.type), x.shape)),
  OnesLike: kernel<'x'>((graph, { x }) => expand(graph, scalar(graph, 1, x.type), x.shape)),
  Range: kernel<never, tf.RangeAttrs>((graph, _, { start, stop, step, dtype }) => {
    const length = Math.max(0, Math.ceil((stop - start) / step));
    const values = Array.from({ length }, (_, i) => start + i * step);
    return graph.constant({ type: dtype, shape: [length], values });
  }),
  LinSpace: kernel<never, tf.LinSpaceAttrs>((graph, _, { start, stop, num }) => {
    const step = (stop - start) / (num - 1);
    const values = Array.from({ length: num }, (_, i) => (num === 1 ? start : start + i * step));
    return graph.constant({ type: 'float32', shape: [num], values });
  }),
};

function creatable(dtype: tf.DataType): 'float32' | 'int32' | 'bool' {
  expectTranslatable(dtype !== 'string' && dtype !== 'complex64', `a tensor of ${dtype}`);
  return dtype;
}

/** The padding before each axis, then the padding after each axis. */
function endsOf(paddings: readonly (readonly [number, number])[]): number[] {
  return [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
}

function padded(
  { shape, type }: Value,
  paddings: readonly (readonly [number, number])[],
): Pick<Value, 'shape' | 'type'> {
  const ends = shape.map((size, axis) => {
    const [before, after] = paddings[axis] as readonly [number, number];
    return before + size + after;
  });
  return { shape: ends, type };
}

/** The properties of a tensor that TensorFlow.js's helpers read. */
function shaped({ shape }: Value): tf.Tensor {
  return { shape: [...shape], rank: shape.length } as tf.Tensor;
}
