/** One half of a GRU layer: PyTorch's weights, in its order of the gates, r, z, n. */
export interface Half {
  /** `[3H, F]`. */
  readonly wi: Float64Array;
  /** `[3H, H]`. */
  readonly wh: Float64Array;
  /** `[3H]`. */
  readonly bi: Float64Array;
  /** `[3H]`. */
  readonly bh: Float64Array;
}

/** The sizes of a layer. */
export interface GruShape {
  readonly T: number;
  readonly N: number;
  readonly F: number;
  readonly H: number;
}

/** The states of a half, its gradients, and that of its input, `[T, N, F]`. */
export interface HalfResult {
  /** `[T, N, H]`. */
  readonly h: Float64Array;
  readonly dx: Float64Array;
  readonly gradient: Half;
}

/**
 * A half of a GRU layer by loops over every number: r, z = σ(W_i x + b_i + W_h h + b_h), n = tanh(W_in x + b_in +
 * r·(W_hn h + b_hn)), h' = (1 − z)·n + z·h, and the gradients of Σ upstream·h.
 *
 * @param upstream - `[T, N, H]`.
 * @param backward - Whether it reads the frames from the last to the first.
 * @param factor - Applied to the two factors of every product of weights with states, inputs or gradients: bfloat16
 * rounds them.
 */
export function gruHalf(
  x: Float64Array,
  { wi, wh, bi, bh }: Half,
  upstream: Float64Array,
  backward: boolean,
  { T, N, F, H }: GruShape,
  factor: (value: number) => number = (value) => value,
): HalfResult {
  const times = (a: number, b: number): number => factor(a) * factor(b);
  const at = (array: Float64Array, index: number): number => array[index] ?? 0;
  const plus = (array: Float64Array, index: number, value: number): void => {
    array[index] = at(array, index) + value;
  };
  const frame = (step: number): number => (backward ? T - 1 - step : step);
  const h = new Float64Array(T * N * H);
  const state = (step: number, n: number, j: number): number =>
    step < 0 ? 0 : at(h, (frame(step) * N + n) * H + j);
  const gates = new Float64Array(T * N * H * 4);
  const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

  for (let s = 0; s < T; s++) {
    for (let n = 0; n < N; n++) {
      for (let j = 0; j < H; j++) {
        const [a, b] = [0, 1, 2]
          .map((gate) => {
            const row = gate * H + j;
            let inward = at(bi, row);
            for (let f = 0; f < F; f++)
              inward += times(at(wi, row * F + f), at(x, (frame(s) * N + n) * F + f));
            let recurrent = at(bh, row);
            for (let k = 0; k < H; k++) recurrent += times(at(wh, row * H + k), state(s - 1, n, k));
            return [inward, recurrent] as const;
          })
          .reduce<[number[], number[]]>(
            ([as, bs], [p, q]) => [
              [...as, p],
              [...bs, q],
            ],
            [[], []],
          );
        const [r, z, c] = [
          sigmoid((a[0] ?? 0) + (b[0] ?? 0)),
          sigmoid((a[1] ?? 0) + (b[1] ?? 0)),
          b[2] ?? 0,
        ];
        const own = Math.tanh((a[2] ?? 0) + r * c);
        h[(frame(s) * N + n) * H + j] = (1 - z) * own + z * state(s - 1, n, j);
        gates.set([r, z, own, c], ((s * N + n) * H + j) * 4);
      }
    }
  }

  const dx = new Float64Array(T * N * F);
  const gradient = {
    wi: new Float64Array(3 * H * F),
    wh: new Float64Array(3 * H * H),
    bi: new Float64Array(3 * H),
    bh: new Float64Array(3 * H),
  };
  for (let n = 0; n < N; n++) {
    let carried = new Float64Array(H);
    for (let s = T - 1; s >= 0; s--) {
      const before = new Float64Array(H);
      for (let j = 0; j < H; j++) {
        const dh = at(carried, j) + at(upstream, (frame(s) * N + n) * H + j);
        const [r = 0, z = 0, own = 0, c = 0] = gates.subarray(((s * N + n) * H + j) * 4);
        const dan = dh * (1 - z) * (1 - own * own);
        const dar = dan * c * r * (1 - r);
        const daz = dh * (state(s - 1, n, j) - own) * z * (1 - z);
        plus(before, j, dh * z);
        [dar, daz, dan].forEach((inward, gate) => {
          const row = gate * H + j;
          const recurrent = gate === 2 ? dan * r : inward;
          plus(gradient.bi, row, inward);
          plus(gradient.bh, row, recurrent);
          for (let f = 0; f < F; f++) {
            const place = (frame(s) * N + n) * F + f;
            plus(gradient.wi, row * F + f, times(inward, at(x, place)));
            plus(dx, place, times(inward, at(wi, row * F + f)));
          }
          for (let k = 0; k < H; k++) {
            plus(gradient.wh, row * H + k, times(recurrent, state(s - 1, n, k)));
            plus(before, k, times(recurrent, at(wh, row * H + k)));
          }
        });
      }
      carried = before;
    }
  }
  return { h, dx, gradient };
}
