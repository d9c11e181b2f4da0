import { sizeOfShape, type TypedArray } from './nd-array.ts';

interface Axis {
  readonly size: number;
  /** The stride of this axis in the source, in numbers. */
  readonly from: number;
  /** The stride in the result, where the last axis is fastest. */
  readonly to: number;
}

/**
 * The numbers of an array in row-major order (last axis fastest), from column-major order (first axis fastest).
 *
 * @param data - As many numbers as `shape` has; not changed.
 */
export function rowMajor<Data extends TypedArray>(data: Data, shape: readonly number[]): Data {
  return gather(data, shape, [...rowMajorStrides([...shape].reverse())].reverse());
}

/**
 * The numbers of a view, copied, the last axis fastest: `out[i, j, …] = data[i·s0 + j·s1 + …]`.
 *
 * @param data - Holds every number of the view; not changed.
 * @param strides - One per axis, at least 0; 0 repeats the same numbers.
 */
export function gather<Data extends TypedArray>(
  data: Data,
  shape: readonly number[],
  strides: readonly number[],
): Data {
  const length = sizeOfShape(shape);
  const holder = data.constructor as new (length: number) => Data;
  const out = new holder(length);
  if (length === 0) return out;
  const [inner = { size: 1, from: 0, to: 0 }, ...outer] = axesOf(shape, strides);
  const index = outer.map(() => 0);
  let [source, target] = [0, 0];
  for (let done = 0; done < length; done += inner.size) {
    move(data, source, inner.from, out, target, inner.to, inner.size);
    for (let k = 0; k < outer.length; k++) {
      const axis = outer[k] as Axis;
      source += axis.from;
      target += axis.to;
      const next = (index[k] as number) + 1;
      index[k] = next % axis.size;
      if (next < axis.size) break;
      source -= axis.size * axis.from;
      target -= axis.size * axis.to;
    }
  }
  return out;
}

/** The strides of a shape in row-major order, in numbers. */
export function rowMajorStrides(shape: readonly number[]): readonly number[] {
  const strides: number[] = [];
  let product = 1;
  for (const size of [...shape].reverse()) {
    strides.push(product);
    product *= size;
  }
  return strides.reverse();
}

/** The axes of size above 1, the longest first, which becomes the innermost loop. */
function axesOf(shape: readonly number[], strides: readonly number[]): readonly Axis[] {
  const to = rowMajorStrides(shape);
  return shape
    .map((size, i) => ({ size, from: strides[i] as number, to: to[i] as number }))
    .filter(({ size }) => size !== 1)
    .sort((a, b) => b.size - a.size);
}

function move(
  data: TypedArray,
  source: number,
  from: number,
  out: TypedArray,
  target: number,
  to: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) out[target + i * to] = data[source + i * from] as number & bigint;
}
