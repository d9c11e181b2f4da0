import { sizeOfShape, type TypedArray } from './nd-array.ts';

interface Axis {
  readonly size: number;
  /** The numbers between two neighbours along this axis where they are read. */
  readonly from: number;
  /** The same where they are written: the last axis is fastest. */
  readonly to: number;
}

/**
 * The numbers of an array whose first axis is fastest, in the order in which its last axis is fastest.
 *
 * @param data - As many numbers as `shape` says; not changed.
 */
export function rowMajor<Data extends TypedArray>(data: Data, shape: readonly number[]): Data {
  return gather(data, shape, [...rowMajorStrides([...shape].reverse())].reverse());
}

/**
 * The numbers of a view, copied, the last axis fastest: `out[i, j, …] = data[i·s0 + j·s1 + …]`.
 *
 * @param data - Holds every number that the view reaches; not changed.
 * @param strides - As many as there are sizes, each at least 0; 0 repeats the same numbers.
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

/** The numbers between two neighbours along each axis where the last one is fastest. */
export function rowMajorStrides(shape: readonly number[]): readonly number[] {
  const strides: number[] = [];
  let product = 1;
  for (const size of [...shape].reverse()) {
    strides.push(product);
    product *= size;
  }
  return strides.reverse();
}

/** The axes that move a number: those of size 1 do not. The longest, walked in the innermost loop, is first. */
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
