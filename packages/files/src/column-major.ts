import type { TypedArray } from './nd-array.ts';

interface Axis {
  readonly size: number;
  /** The numbers between two neighbours along this axis, where the first axis is fastest. */
  readonly from: number;
  /** The same where the last axis is fastest. */
  readonly to: number;
}

/**
 * The numbers of an array whose first axis is fastest, in the order in which its last axis is fastest.
 *
 * @param data As many numbers as `shape` says; not changed.
 */
export function rowMajor<Data extends TypedArray>(data: Data, shape: readonly number[]): Data {
  const out = data.slice() as Data;
  const axes = axesOf(shape);
  if (axes.length < 2 || data.length === 0) return out;
  // The longest axis is walked in the innermost loop, the others are counted up around it.
  const [inner, ...outer] = axes.sort((a, b) => b.size - a.size) as [Axis, ...Axis[]];
  const index = outer.map(() => 0);
  let [source, target] = [0, 0];
  for (let done = 0; done < data.length; done += inner.size) {
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

/** The axes that move a number: those of size 1 do not. */
function axesOf(shape: readonly number[]): Axis[] {
  const sizes = shape.filter((size) => size !== 1);
  const product = (some: readonly number[]): number => some.reduce((all, size) => all * size, 1);
  return sizes.map((size, i) => ({
    size,
    from: product(sizes.slice(0, i)),
    to: product(sizes.slice(i + 1)),
  }));
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
