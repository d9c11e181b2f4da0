/** Clips and units of the tile of a product that one workgroup computes; each of its 128 threads has 4 clips and a unit. */
export const TILE = { clips: 32, units: 16 } as const;

/** The terms of a sum that are read together. */
const DEPTH = 32;

/** The WGSL expressions of a product of states and weights: see {@link tileOfProduct}. */
interface ProductCode {
  /** A number of the left factor, by `clip` and `k`. */
  readonly left: string;
  /** Numbers of the right factor, by `unit` and `k`, one for each product. */
  readonly right: readonly string[];
  /** Which of two neighbours in a workgroup reads along the memory of the right factor: the next `k` or the next `unit`. */
  readonly along: 'k' | 'unit';
}

/**
 * A WGSL function `products(clip0, unit0, terms, lane)` that returns the sums over k of left[clip, k]·right[k, unit] for
 * the thread's four clips and its unit, one `vec4` for each of the right factors. Both factors are loaded into the
 * workgroup's memory tile by tile.
 */
function tileOfProduct({ left, right, along }: ProductCode): string {
  const { clips, units } = TILE;
  const count = right.length;
  const size = DEPTH * units;
  const [unitOf, kOf] =
    along === 'k'
      ? [`(i / ${DEPTH}) % ${units}`, `i % ${DEPTH}`]
      : [`i % ${units}`, `(i / ${units}) % ${DEPTH}`];
  return `
  // One extra element per row, to avoid bank conflicts.
  var<workgroup> leftTile : array<f32, ${DEPTH * (clips + 4)}>;
  var<workgroup> rightTile : array<f32, ${count * DEPTH * (units + 1)}>;

  fn products(clip0 : i32, unit0 : i32, terms : i32, lane : i32) -> array<vec4<f32>, ${count}> {
    var sums = array<vec4<f32>, ${count}>();
    let column = lane % ${units};
    let row = (lane / ${units}) * 4;
    for (var k0 = 0; k0 < terms; k0 += ${DEPTH}) {
      for (var i = lane; i < ${DEPTH * clips}; i += 128) {
        let k = k0 + i % ${DEPTH};
        let clip = clip0 + i / ${DEPTH};
        var value = 0.0;
        if (k < terms && clip < u.batch) { value = ${left}; }
        leftTile[(i % ${DEPTH}) * ${clips + 4} + i / ${DEPTH}] = value;
      }
      for (var i = lane; i < ${count * size}; i += 128) {
        let k = k0 + ${kOf};
        let unit = unit0 + ${unitOf};
        let which = i / ${size};
        var value = 0.0;
        if (k < terms && unit < u.hidden) {
          ${right.map((code, i) => `if (which == ${i}) { value = ${code}; }`).join('\n          ')}
        }
        rightTile[(which * ${DEPTH} + ${kOf}) * ${units + 1} + ${unitOf}] = value;
      }
      workgroupBarrier();
      for (var k = 0; k < ${DEPTH}; k += 1) {
        let at = k * ${clips + 4} + row;
        let four = vec4<f32>(leftTile[at], leftTile[at + 1], leftTile[at + 2], leftTile[at + 3]);
        for (var which = 0; which < ${count}; which += 1) {
          sums[which] += four * rightTile[(which * ${DEPTH} + k) * ${units + 1} + column];
        }
      }
      workgroupBarrier();
    }
    return sums;
  }`;
}

/** The gates' functions, which keep NaN and do not overflow. */
const GATES = `
  fn sigmoid(x : f32) -> f32 {
    let small = exp(-abs(x));
    return select(select(1.0, small, x < 0.0) / (1.0 + small), u.nan, isnan(x));
  }
  fn hyperbolic(x : f32) -> f32 {
    let s = x * x;
    let series = x * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0))));
    let small = exp(-2.0 * abs(x));
    let value = sign(x) * ((1.0 - small) / (1.0 + small));
    return select(select(value, series, s < 0.01), u.nan, isnan(x));
  }`;

/** The frame of a half at a step: the second half runs backward if \`reversed\` is set. */
const FRAME = `
  fn frameAt(part : i32, step : i32) -> i32 {
    return select(step, u.frames - 1 - step, part == 1 && u.reversed == 1);
  }`;

/** The entry point of both shaders: `part` is the half of the layer, of two. */
function entry(body: string): string {
  return `
  @compute @workgroup_size(128)
  fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
    let lane = i32(thread);
    let part = i32(group.z);
    let clip0 = i32(group.x) * ${TILE.clips};
    let unit0 = i32(group.y) * ${TILE.units};
    let unit = unit0 + lane % ${TILE.units};
    let H = u.hidden;
    ${body}
  }`;
}

/**
 * One step of both halves: h' = (1 − z)·n + z·h with r, z = σ(W_i x + b_i + W_h h + b_h), c = W_hn h + b_hn,
 * n = tanh(W_in x + b_in + r·c).
 *
 * Reads `projected` W_i x `[T, N, 2·3H]`, `weights` W_h `[2, 3H, H]` and `biases` b_i, b_h `[2, 2, 3H]`; fills a frame of
 * `y` `[T, N, 2H]` from that before it and, if it keeps them, of `gates` r, z, n, c `[T, 2, N, 4H]`.
 */
export function forwardShader(keep: boolean): string {
  const kept = `
        let g = ((frame * 2 + part) * u.batch + clip) * 4 * H + unit;
        gates[g] = r;
        gates[g + H] = z;
        gates[g + 2 * H] = n;
        gates[g + 3 * H] = c;`;
  const product = tileOfProduct({
    left: 'y[(before * u.batch + clip) * 2 * u.hidden + half0 + k]',
    right: [0, 1, 2].map((gate) => `weights[(row0 + ${gate} * u.hidden + unit) * u.hidden + k]`),
    along: 'k',
  });
  return `
  var<private> before : i32;
  var<private> half0 : i32;
  var<private> row0 : i32;
  ${GATES}${FRAME}${product}
  ${entry(`
    let frame = frameAt(part, u.step);
    before = frameAt(part, max(u.step - 1, 0));
    half0 = part * H;
    row0 = part * 3 * H;
    var sums = products(clip0, unit0, select(H, 0, u.step == 0), lane);
    if (unit >= H) { return; }
    for (var i = 0; i < 4; i += 1) {
      let clip = clip0 + (lane / ${TILE.units}) * 4 + i;
      if (clip >= u.batch) { return; }
      let p = (frame * u.batch + clip) * 6 * H + 3 * half0 + unit;
      let b = part * 6 * H + unit;
      let r = sigmoid(projected[p] + biases[b] + (sums[0][i] + biases[b + 3 * H]));
      let z = sigmoid(projected[p + H] + biases[b + H] + (sums[1][i] + biases[b + 4 * H]));
      let c = sums[2][i] + biases[b + 5 * H];
      let n = hyperbolic(projected[p + 2 * H] + biases[b + 2 * H] + r * c);
      var h = 0.0;
      if (u.step > 0) { h = y[(before * u.batch + clip) * 2 * H + half0 + unit]; }
      y[(frame * u.batch + clip) * 2 * H + half0 + unit] = (1.0 - z) * n + z * h;
      ${keep ? kept : ''}
    }`)}`;
}

/**
 * One backward step of both halves. With dh = upstream + the gradient from the following step:
 * da_n = dh·(1 − z)·(1 − n²), da_r = da_n·c·r·(1 − r), da_z = dh·(h − n)·z·(1 − z), and the gradient for the previous step is
 * dh·z + W_hᵀ(da_r, da_z, da_n·r).
 *
 * Reads `upstream` (`[T, N, 2H]`, or `[N, 2H]`, of the last step alone), `y`, `gates` and `weights`; fills a frame of
 * `inward` (da_r, da_z, da_n) `[T, N, 2·3H]` and of `recurrent` (da_r, da_z, da_n·r) `[2, T, N, 3H]`, from that after it,
 * and keeps dh·z in `carried` `[2, N, H]`.
 */
export function backwardShader(): string {
  const product = tileOfProduct({
    left: 'recurrent[((part0 + after) * u.batch + clip) * 3 * u.hidden + k]',
    right: ['weights[(row0 + k) * u.hidden + unit]'],
    along: 'unit',
  });
  return `
  var<private> after : i32;
  var<private> part0 : i32;
  var<private> row0 : i32;
  ${FRAME}${product}
  ${entry(`
    let last = u.step == u.frames - 1;
    let frame = frameAt(part, u.step);
    let before = frameAt(part, max(u.step - 1, 0));
    after = frameAt(part, min(u.step + 1, u.frames - 1));
    part0 = part * u.frames;
    row0 = part * 3 * H;
    var sums = products(clip0, unit0, select(3 * H, 0, last), lane);
    if (unit >= H) { return; }
    for (var i = 0; i < 4; i += 1) {
      let clip = clip0 + (lane / ${TILE.units}) * 4 + i;
      if (clip >= u.batch) { return; }
      let own = (part * u.batch + clip) * H + unit;
      let column = part * H + unit;
      var dh = sums[0][i];
      if (!last) { dh += carried[own]; }
      if (u.lastOnly == 0) { dh += upstream[(frame * u.batch + clip) * 2 * H + column]; }
      else if (last) { dh += upstream[clip * 2 * H + column]; }
      let g = ((frame * 2 + part) * u.batch + clip) * 4 * H + unit;
      let r = gates[g];
      let z = gates[g + H];
      let n = gates[g + 2 * H];
      let c = gates[g + 3 * H];
      var h = 0.0;
      if (u.step > 0) { h = y[(before * u.batch + clip) * 2 * H + column]; }
      let dan = dh * (1.0 - z) * (1.0 - n * n);
      let dar = dan * c * r * (1.0 - r);
      let daz = dh * (h - n) * z * (1.0 - z);
      carried[own] = dh * z;
      let a = (frame * u.batch + clip) * 6 * H + part * 3 * H + unit;
      inward[a] = dar;
      inward[a + H] = daz;
      inward[a + 2 * H] = dan;
      let d = ((part0 + frame) * u.batch + clip) * 3 * H + unit;
      recurrent[d] = dar;
      recurrent[d + H] = daz;
      recurrent[d + 2 * H] = dan * r;
    }`)}`;
}

/** The state before each step, `[2, T, N, H]`, of `y` `[T, N, 2H]`, in the body of a shader for each element. */
export const STATES_BEFORE = `
    let unit = index % u.hidden;
    let clip = (index / u.hidden) % u.batch;
    let frame = (index / (u.hidden * u.batch)) % u.frames;
    let part = index / (u.hidden * u.batch * u.frames);
    let backward = part == 1 && u.reversed == 1;
    let before = frame + select(-1, 1, backward);
    var h = 0.0;
    if (before >= 0 && before < u.frames) {
      h = y[(before * u.batch + clip) * 2 * u.hidden + part * u.hidden + unit];
    }
    result[index] = h;`;
