import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import { repeatingMatMul } from '../kernels/batched-matmul.ts';
import { type KernelCall, replaceKernel, type Replacement } from '../kernels/replace-kernel.ts';

/** The number of axes that every stock kernel supports. */
const STOCK_RANK = 4;

const BINARY = [
  tf.Add,
  tf.Sub,
  tf.Multiply,
  tf.RealDiv,
  tf.FloorDiv,
  tf.Maximum,
  tf.Minimum,
  tf.SquaredDifference,
  tf.Mod,
  tf.Pow,
  tf.Greater,
  tf.GreaterEqual,
  tf.Less,
  tf.LessEqual,
  tf.Equal,
  tf.NotEqual,
] as const;

/**
 * Replaces kernels of the WebGPU backend that are wrong, or fail, for tensors of five and six axes
 * (for `ArgMax` and `ArgMin`: of one axis; for `Cumsum` and `Cumprod`: backward). The replacements reshape their tensors to
 * shapes that the stock kernel supports.
 *
 * @remarks As of `@tensorflow/tfjs-backend-webgpu` 4.22.0: `PadV2`, `StridedSlice` and the operations on two tensors
 * of different rank generate invalid WGSL; `Select`, `Cumsum` and `Cumprod` throw; `Reverse` ignores axes; `ArgMax`
 * of one axis returns the shape `[1]`. Backward cumulative sums of several rows mix the rows.
 */
export function registerWebGpuRanks(changes: Changes): void {
  const replace = (name: string, replacement: Replacement): void => {
    replaceKernel(changes, 'registerWebGpuRanks', name, 'webgpu', replacement);
  };
  for (const name of BINARY) replace(name, binary);
  replace(tf.BatchMatMul, repeatingMatMul);
  replace(tf.Select, select);
  replace(tf.PadV2, pad);
  replace(tf.Reverse, reverse);
  replace(tf.StridedSlice, refuseStrides);
  for (const name of [tf.Cumsum, tf.Cumprod]) replace(name, cumulative);
  for (const name of [tf.ArgMax, tf.ArgMin]) replace(name, argument);
}

/** Calls the stock kernel with other inputs and attributes. */
function call(
  stock: tf.KernelFunc,
  given: KernelCall,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap = given.attrs ?? {},
): tf.Tensor {
  const info = stock({ ...given, inputs, attrs }) as tf.TensorInfo;
  return tf.engine().makeTensorFromTensorInfo(info);
}

const binary: Replacement = (given, stock) => {
  const { a, b } = given.inputs as { a: tf.Tensor; b: tf.Tensor };
  const rank = Math.max(a.shape.length, b.shape.length);
  if (rank <= STOCK_RANK || a.shape.length === b.shape.length) return stock(given);
  const raised = (x: tf.Tensor): tf.Tensor => {
    const ones = new Array<number>(rank - x.shape.length).fill(1);
    return tf.reshape(x, [...ones, ...x.shape]);
  };
  return tf.tidy(() => call(stock, given, { a: raised(a), b: raised(b) }));
};

const select: Replacement = (given, stock) => {
  const { condition, t, e } = given.inputs as { condition: tf.Tensor; t: tf.Tensor; e: tf.Tensor };
  if (t.shape.length <= STOCK_RANK || condition.shape.length !== t.shape.length)
    return stock(given);
  const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [x.size]);
  return tf.tidy(() =>
    tf.reshape(call(stock, given, { condition: flat(condition), t: flat(t), e: flat(e) }), t.shape),
  );
};

const pad: Replacement = (given, stock) => {
  const x = given.inputs['x'] as tf.Tensor;
  const { paddings, constantValue } = given.attrs as unknown as tf.PadV2Attrs;
  if (x.shape.length <= STOCK_RANK) return stock(given);
  return tf.tidy(() =>
    paddings.reduce((padded, around, axis) => {
      if (around[0] === 0 && around[1] === 0) return padded;
      const attrs = { paddings: [[0, 0], around, [0, 0]], constantValue };
      const grown = call(stock, given, { x: asThree(padded, axis) }, attrs);
      return tf.reshape(grown, padded.shape.with(axis, grown.shape[1] ?? 0));
    }, tf.clone(x)),
  );
};

const reverse: Replacement = (given, stock) => {
  const x = given.inputs['x'] as tf.Tensor;
  const { dims } = given.attrs as unknown as tf.ReverseAttrs;
  if (x.shape.length <= STOCK_RANK) return stock(given);
  return tf.tidy(() =>
    tf.util.parseAxisParam(dims, x.shape).reduce((turned, axis) => {
      const middle = call(stock, given, { x: asThree(turned, axis) }, { dims: [1] });
      return tf.reshape(middle, x.shape);
    }, tf.clone(x)),
  );
};

const cumulative: Replacement = (given, stock) => {
  const x = given.inputs['x'] as tf.Tensor;
  const { axis, exclusive, reverse } = given.attrs as unknown as tf.CumsumAttrs;
  if (x.shape.length <= STOCK_RANK && !reverse) return stock(given);
  const turned = (y: tf.Tensor): tf.Tensor => (reverse ? tf.reverse(y, 1) : y);
  return tf.tidy(() => {
    const middle = turned(asThree(x, tf.util.parseAxisParam(axis, x.shape)[0] ?? 0));
    const sums = call(stock, given, { x: middle }, { exclusive, reverse: false, axis: 1 });
    return tf.reshape(turned(sums), x.shape);
  });
};

const argument: Replacement = (given, stock) => {
  const x = given.inputs['x'] as tf.Tensor;
  if (x.shape.length !== 1) return stock(given);
  return tf.tidy(() =>
    tf.reshape(call(stock, given, { x: tf.reshape(x, [1, -1]) }, { axis: 1 }), []),
  );
};

const refuseStrides: Replacement = (given, stock) => {
  const x = given.inputs['x'] as tf.Tensor;
  if (x.shape.length <= STOCK_RANK) return stock(given);
  throw new Error(
    `stridedSlice: expected a tensor of at most ${STOCK_RANK} axes on webgpu, got [${x.shape.join(', ')}]; use tf.slice, or reshape first`,
  );
};

/** The same numbers as `[before, axis, after]`. */
function asThree(x: tf.Tensor, axis: number): tf.Tensor {
  const before = tf.util.sizeFromShape(x.shape.slice(0, axis));
  const after = tf.util.sizeFromShape(x.shape.slice(axis + 1));
  return tf.reshape(x, [before, x.shape[axis] ?? 0, after]);
}
