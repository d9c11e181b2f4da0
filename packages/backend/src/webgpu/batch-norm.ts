import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import {
  dispatch,
  type FusedKernel,
  groupsFor,
  newTensor,
  perElement,
  registerFused,
} from './dispatch.ts';

type T = tf.Tensor;

/**
 * Registers `HalpBatchNorm` and `HalpBatchNormGradient`, the kernels behind the `batchNorm` layer of `@halp/nn` in
 * `train` mode, on the webgpu backend: three dispatches each, which read the rows twice. Registering again has no
 * effect.
 */
export function registerWebGpuBatchNorm(changes: Changes): void {
  registerFused(changes, 'HalpBatchNorm', forward);
  registerFused(changes, 'HalpBatchNormGradient', gradient);
}

/** Threads that share the sums of a feature. */
const SHARES = 64;

/**
 * The mean and the sum of squared deviations of two combined samples, of a and b numbers (Chan, Golub and LeVeque:
 * Updating formulae, 1979).
 */
const MERGE = `
  fn merge(a : vec3<f32>, b : vec3<f32>) -> vec3<f32> {
    let count = a.x + b.x;
    if (count == 0.0) { return a; }
    let apart = b.y - a.y;
    return vec3<f32>(count, a.y + apart * b.x / count, a.z + b.z + apart * apart * a.x * b.x / count);
  }`;

const ADD = 'fn merge(a : vec3<f32>, b : vec3<f32>) -> vec3<f32> { return a + b; }';

/** One thread for each block of rows and feature, with the mean and squared deviations of its rows. */
const MOMENTS = perElement(`
    let feature = index % u.features;
    let first = (index / u.features) * u.block;
    let to = min(first + u.block, u.rows);
    var sum = 0.0;
    for (var row = first; row < to; row += 1) { sum += x[row * u.features + feature]; }
    let mean = sum / f32(to - first);
    var squares = 0.0;
    for (var row = first; row < to; row += 1) {
      let apart = x[row * u.features + feature] - mean;
      squares += apart * apart;
    }
    blockSums[3 * index] = f32(to - first);
    blockSums[3 * index + 1] = mean;
    blockSums[3 * index + 2] = squares;`);

/** The same with the sums of d and of d times the normalised row, where d is dy masked by the ReLU. */
const SUMS = perElement(`
    let feature = index % u.features;
    let first = (index / u.features) * u.block;
    var sum = 0.0;
    var dot = 0.0;
    for (var row = first; row < min(first + u.block, u.rows); row += 1) {
      let at = row * u.features + feature;
      let d = select(dy[at], 0.0, u.relu == 1 && y[at] <= 0.0);
      sum += d;
      dot += d * (x[at] - mean[feature]) * scale[feature];
    }
    blockSums[3 * index] = 0.0;
    blockSums[3 * index + 1] = sum;
    blockSums[3 * index + 2] = dot;`);

/** A workgroup for each feature that combines the results of its blocks; `finish` computes the outputs from \`all\`. */
function together(merge: string, finish: string): string {
  return `
  var<workgroup> shares : array<vec3<f32>, ${SHARES}>;
  ${merge}
  @compute @workgroup_size(${SHARES})
  fn main(@builtin(workgroup_id) group : vec3<u32>, @builtin(local_invocation_index) thread : u32) {
    let feature = i32(group.x);
    let lane = i32(thread);
    var own = vec3<f32>();
    for (var block = lane; block < u.blocks; block += ${SHARES}) {
      let at = 3 * (block * u.features + feature);
      own = merge(own, vec3<f32>(blockSums[at], blockSums[at + 1], blockSums[at + 2]));
    }
    shares[lane] = own;
    workgroupBarrier();
    for (var reach = ${SHARES / 2}; reach > 0; reach /= 2) {
      if (lane < reach) { shares[lane] = merge(shares[lane], shares[lane + reach]); }
      workgroupBarrier();
    }
    if (lane > 0) { return; }
    let all = shares[0];
    ${finish}
  }`;
}

/** Inputs: x, weight, bias, optional residual. Outputs: y, mean, variance over R − 1, then the mean and 1/√(variance + ε). */
const forward: FusedKernel = ([x, weight, bias, add], { epsilon = 0, relu = false }, backend) => {
  const { rows, features, blocks, block } = sizesOf(x as T);
  const blockSums = newTensor(backend, [blocks, features, 3]);
  const [mean, variance, scale] = [0, 1, 2].map(() => newTensor(backend, [features])) as [T, T, T];
  const y = newTensor(backend, [rows, features]);
  dispatch(backend, {
    name: 'batch_norm_moments',
    code: MOMENTS,
    inputs: { x: x as T },
    outputs: { blockSums },
    integers: { size: blocks * features, rows, features, block },
    workgroups: groupsFor(blocks * features, backend),
  });
  dispatch(backend, {
    name: 'batch_norm_statistics',
    code: together(
      MERGE,
      `mean[feature] = all.y;
    variance[feature] = all.z / (all.x - 1.0);
    scale[feature] = 1.0 / sqrt(all.z / all.x + u.epsilon);`,
    ),
    inputs: { blockSums },
    outputs: { mean, variance, scale },
    integers: { features, blocks },
    numbers: { epsilon: Number(epsilon) },
    workgroups: [features, 1, 1],
  });
  const inputs: Record<string, T> = {
    x: x as T,
    weight: weight as T,
    bias: bias as T,
    mean,
    scale,
  };
  if (add !== undefined) inputs['add'] = add;
  dispatch(backend, {
    name: add === undefined ? 'batch_norm' : 'batch_norm_add',
    code: perElement(`
    let feature = index % u.features;
    var value = (x[index] - mean[feature]) * scale[feature] * weight[feature] + bias[feature];
    ${add === undefined ? '' : 'value += add[index];'}
    y[index] = select(value, 0.0, u.relu == 1 && value < 0.0);`),
    inputs,
    outputs: { y },
    integers: { size: rows * features, features, relu: Number(relu) },
    workgroups: groupsFor(rows * features, backend),
  });
  return [y, mean, variance, tf.clone(mean), scale];
};

/** Inputs: dy, x, y, weight and the two tensors of `forward`. Outputs: the gradients of x, weight, bias and the residual. */
const gradient: FusedKernel = ([dy, x, y, weight, mean, scale], { relu = false }, backend) => {
  const { rows, features, blocks, block } = sizesOf(x as T);
  const blockSums = newTensor(backend, [blocks, features, 3]);
  const [dWeight, dBias] = [newTensor(backend, [features]), newTensor(backend, [features])];
  const [dx, d] = [
    newTensor(backend, [rows, features]),
    newTensor(backend, relu === true ? [rows, features] : [0]),
  ];
  const given = { dy: dy as T, x: x as T, y: y as T, mean: mean as T, scale: scale as T };
  dispatch(backend, {
    name: 'batch_norm_sums',
    code: SUMS,
    inputs: given,
    outputs: { blockSums },
    integers: { size: blocks * features, rows, features, block, relu: Number(relu) },
    workgroups: groupsFor(blocks * features, backend),
  });
  dispatch(backend, {
    name: 'batch_norm_gradients',
    code: together(ADD, 'dBias[feature] = all.y;\n    dWeight[feature] = all.z;'),
    inputs: { blockSums },
    outputs: { dWeight, dBias },
    integers: { features, blocks },
    workgroups: [features, 1, 1],
  });
  dispatch(backend, {
    name: relu === true ? 'batch_norm_backward_relu' : 'batch_norm_backward',
    code: perElement(`
    let feature = index % u.features;
    let own = ${relu === true ? 'select(dy[index], 0.0, y[index] <= 0.0)' : 'dy[index]'};
    ${relu === true ? 'd[index] = own;' : ''}
    let unit = (x[index] - mean[feature]) * scale[feature];
    let through = (dBias[feature] + unit * dWeight[feature]) / f32(u.rows);
    dx[index] = (own - through) * scale[feature] * weight[feature];`),
    inputs: {
      ...{ dy: dy as T, x: x as T, mean: mean as T, scale: scale as T, weight: weight as T },
      ...{ dWeight, dBias },
      ...(relu === true ? { y: y as T } : {}),
    },
    outputs: relu === true ? { dx, d } : { dx },
    integers: { size: rows * features, rows, features },
    workgroups: groupsFor(rows * features, backend),
  });
  return [dx, dWeight, dBias, relu === true ? d : tf.clone(dy as T)];
};

/** R and F of rows `[R, F]`, divided into about as many blocks as each block has rows. */
function sizesOf(x: T): {
  readonly rows: number;
  readonly features: number;
  readonly blocks: number;
  readonly block: number;
} {
  const [rows = 0, features = 0] = x.shape;
  const block = Math.max(1, Math.ceil(Math.sqrt(rows)));
  return { rows, features, block, blocks: Math.ceil(rows / block) };
}
