type Vector = readonly number[];

/** The inputs of the loss as the page shows them. */
export interface Numbers {
  readonly boundary: 'pairwise' | 'exact';
  readonly temperature: number;
  readonly key: Vector;
  readonly query: Vector;
  readonly prototypes: readonly Vector[];
  readonly target: readonly number[];
  readonly uniform: readonly number[];
  readonly loss: number;
  readonly kept: number;
}

/**
 * The loss and the kept fraction from the definitions. The end of each arc is found by stepping and bisection, without
 * a closed form.
 */
export function positivesByHand(numbers: Numbers): { loss: number; kept: number } {
  const { key, query, prototypes, target, uniform, boundary, temperature } = numbers;
  const ordered = [...prototypes].sort((a, b) => dot(key, a) - dot(key, b));
  const nearest = ordered.at(-1) as Vector;
  const kept: number[] = [];
  target.forEach((place, i) => {
    const goal = ordered[place] as Vector;
    const along = (angle: number): Vector => pointOnWay(key, goal, angle);
    const rivals = boundary === 'pairwise' ? [goal] : prototypes;
    const isInside = (angle: number): boolean => {
      const at = along(angle);
      return rivals.every((rival) => dot(at, nearest) >= dot(at, rival) - 1e-12);
    };
    const stop = lastInside(isInside, Math.acos(dot(key, goal)));
    const at = along((1 - (uniform[i] as number)) * stop);
    if (prototypes.every((rival) => dot(at, nearest) >= dot(at, rival) - 1e-6)) {
      kept.push(dot(query, at));
    }
  });
  const mean = kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
  return { loss: -mean / temperature, kept: kept.length / target.length };
}

function lastInside(isInside: (angle: number) => boolean, end: number): number {
  const step = end / 4000;
  let low = 0;
  while (low + step < end && isInside(low + step)) low += step;
  let high = low + step;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (isInside(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function pointOnWay(from: Vector, to: Vector, angle: number): Vector {
  const cosine = dot(from, to);
  const side = to.map((value, i) => value - cosine * (from[i] as number));
  const length = Math.sqrt(dot(side, side));
  return from.map(
    (value, i) => Math.cos(angle) * value + (Math.sin(angle) * (side[i] as number)) / length,
  );
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
