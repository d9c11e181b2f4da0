/** ST-GCN in float64 and plain loops: the oracle for the values of stGcn, and by differences for its gradients. */

/** Arrays by name. */
export type State = Readonly<Record<string, Float64Array>>;

/** Numbers `[N·M, T, V, C]`. */
interface Joints {
  readonly data: Float64Array;
  readonly people: number;
  readonly frames: number;
  readonly joints: number;
  readonly channels: number;
}

/** Sizes of the clips `[N, C, T, V, M]`. */
export interface ClipShape {
  readonly clips: number;
  readonly channels: number;
  readonly frames: number;
  readonly joints: number;
  readonly persons: number;
}

const EPSILON = 1e-5;

/** The features `[N, D]` of ten blocks, two of stride 2, with batch or running statistics. */
export function plainStGcn(
  x: Float64Array,
  shape: ClipShape,
  state: State,
  mode: 'train' | 'eval',
): Float64Array {
  const { clips, persons } = shape;
  let y = normaliseInput(x, shape, state, mode);
  for (let i = 0; i < 10; i++) {
    y = block(
      y,
      state,
      `st_gcn_networks.${i}`,
      `edge_importance.${i}`,
      i === 4 || i === 7 ? 2 : 1,
      i > 0,
      mode,
    );
  }
  const features = new Float64Array(clips * y.channels);
  const size = persons * y.frames * y.joints;
  y.data.forEach((value, i) => {
    const clip = Math.floor(i / (size * y.channels));
    const at = clip * y.channels + (i % y.channels);
    features[at] = (features[at] as number) + value / size;
  });
  return features;
}

function block(
  x: Joints,
  state: State,
  name: string,
  importance: string,
  stride: number,
  residual: boolean,
  mode: 'train' | 'eval',
): Joints {
  const mixed = graph(x, state, name, importance);
  const spatial = map(norm(mixed, state, `${name}.tcn.0`, mode), (v) => Math.max(v, 0));
  const moved = convolve(spatial, state, `${name}.tcn.2`, 9, stride);
  const temporal = norm(moved, state, `${name}.tcn.3`, mode);
  if (!residual) return map(temporal, (v) => Math.max(v, 0));
  const projected = state[`${name}.residual.0.weight`] !== undefined;
  const shortcut = projected
    ? norm(convolve(x, state, `${name}.residual.0`, 1, stride), state, `${name}.residual.1`, mode)
    : x;
  return map(temporal, (v, i) => Math.max(v + (shortcut.data[i] as number), 0));
}

/** Splits clips into persons and normalises each joint and coordinate, index v·C + c. */
function normaliseInput(
  x: Float64Array,
  { clips, channels, frames, joints, persons }: ClipShape,
  state: State,
  mode: 'train' | 'eval',
): Joints {
  const data = new Float64Array(x.length);
  let at = 0;
  for (let n = 0; n < clips; n++)
    for (let m = 0; m < persons; m++)
      for (let t = 0; t < frames; t++)
        for (let v = 0; v < joints; v++)
          for (let c = 0; c < channels; c++) {
            data[at++] = x[
              (((n * channels + c) * frames + t) * joints + v) * persons + m
            ] as number;
          }
  const rows: Joints = {
    data,
    people: clips * persons,
    frames,
    joints: 1,
    channels: joints * channels,
  };
  return { ...norm(rows, state, 'data_bn', mode), joints, channels };
}

/** y[n, t, w, o] = Σ_k Σ_v A_k[v, w]·E_k[v, w]·(Σ_i W[k·O + o, i] x[n, t, v, i] + b[k·O + o]). */
function graph(x: Joints, state: State, name: string, importance: string): Joints {
  const [A, E] = [get(state, 'A'), get(state, importance)];
  const [weight, bias] = [
    get(state, `${name}.gcn.conv.weight`),
    get(state, `${name}.gcn.conv.bias`),
  ];
  const { people, frames, joints: V, channels: I } = x;
  const subsets = A.length / (V * V);
  const O = bias.length / subsets;
  const y = new Float64Array(people * frames * V * O);
  for (let row = 0; row < people * frames; row++)
    for (let k = 0; k < subsets; k++)
      for (let v = 0; v < V; v++)
        for (let w = 0; w < V; w++) {
          const edge = (k * V + v) * V + w;
          const share = (A[edge] as number) * (E[edge] as number);
          if (share === 0) continue;
          for (let o = 0; o < O; o++) {
            let sum = bias[k * O + o] as number;
            for (let i = 0; i < I; i++) {
              sum +=
                (weight[(k * O + o) * I + i] as number) * (x.data[(row * V + v) * I + i] as number);
            }
            const at = (row * V + w) * O + o;
            y[at] = (y[at] as number) + share * sum;
          }
        }
  return { ...x, data: y, channels: O };
}

function convolve(x: Joints, state: State, name: string, kernel: number, stride: number): Joints {
  const [weight, bias] = [get(state, `${name}.weight`), get(state, `${name}.bias`)];
  const { people, frames, joints: V, channels: I } = x;
  const O = bias.length;
  const padding = (kernel - 1) / 2;
  const after = Math.floor((frames + 2 * padding - kernel) / stride) + 1;
  const y = new Float64Array(people * after * V * O);
  for (let n = 0; n < people; n++)
    for (let t = 0; t < after; t++)
      for (let v = 0; v < V; v++)
        for (let o = 0; o < O; o++) {
          let sum = bias[o] as number;
          for (let k = 0; k < kernel; k++) {
            const from = t * stride + k - padding;
            if (from < 0 || from >= frames) continue;
            for (let i = 0; i < I; i++) {
              sum +=
                (weight[(o * I + i) * kernel + k] as number) *
                (x.data[((n * frames + from) * V + v) * I + i] as number);
            }
          }
          y[((n * after + t) * V + v) * O + o] = sum;
        }
  return { data: y, people, frames: after, joints: V, channels: O };
}

function norm(x: Joints, state: State, name: string, mode: 'train' | 'eval'): Joints {
  const { data, channels } = x;
  const [weight, bias] = [get(state, `${name}.weight`), get(state, `${name}.bias`)];
  const mean = Float64Array.from(get(state, `${name}.running_mean`));
  const variance = Float64Array.from(get(state, `${name}.running_var`));
  if (mode === 'train') {
    const rows = data.length / channels;
    mean.fill(0);
    variance.fill(0);
    data.forEach(
      (value, i) => (mean[i % channels] = (mean[i % channels] as number) + value / rows),
    );
    data.forEach((value, i) => {
      const c = i % channels;
      variance[c] = (variance[c] as number) + (value - (mean[c] as number)) ** 2 / rows;
    });
  }
  return map(x, (value, i) => {
    const c = i % channels;
    const unit = (value - (mean[c] as number)) / Math.sqrt((variance[c] as number) + EPSILON);
    return (weight[c] as number) * unit + (bias[c] as number);
  });
}

function map(x: Joints, f: (value: number, i: number) => number): Joints {
  return { ...x, data: x.data.map(f) };
}

function get(state: State, name: string): Float64Array {
  const array = state[name];
  if (array === undefined) throw new Error(`no array '${name}'`);
  return array;
}
