import * as tf from '@tensorflow/tfjs-core';
import {
  type BatchNorm,
  batchNorm,
  childPass,
  dropout,
  type FeatureMap,
  mergeParams,
  type Params,
  type Pass,
  pointwiseConvolution,
  prefixed,
  relu,
  type TemporalConvolution,
  temporalConvolution,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { graphConvolution } from './graph-convolution.ts';
import type { BlockSizes } from './graph-network.ts';

/** Sizes of a {@link stGcnBlock}. */
export interface StGcnBlockOptions extends BlockSizes {
  /** K of the adjacency. */
  readonly subsets: number;
  /** Frames of the temporal convolution; odd. */
  readonly kernel: number;
  /** Probability of a zero in the temporal branch, in train mode. */
  readonly dropout: number;
}

/** A layer of `[N, T, V, C]` and a graph. */
export interface StGcnBlock {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor4D, adjacency: tf.Tensor3D, pass: Pass): tf.Tensor4D;
}

/**
 * ReLU(s(x) + dropout(BN(temporal convolution(ReLU(BN(graph convolution(x))))))), `[N, T, V, inputs]` to
 * `[N, ⌈T/stride⌉, V, outputs]`. s(x) is absent without `residual`, x if the sizes are equal, and BN(W x + b) of every
 * stride-th frame otherwise.
 *
 * Names: `gcn.conv.*`, `tcn.0.*`, `tcn.2.*`, `tcn.3.*`, `residual.0.*`, `residual.1.*`.
 *
 * @param rng - forked by layer; itself not drawn from.
 */
export function stGcnBlock(
  { inputs, outputs, subsets, kernel, stride, residual, dropout: probability }: StGcnBlockOptions,
  rng: Random,
): StGcnBlock {
  const spatial = graphConvolution({ inputs, outputs, subsets }, rng.fork('gcn'));
  const afterSpatial = batchNorm({ features: outputs });
  const temporal = temporalConvolution(
    { inputs: outputs, outputs, kernel, stride },
    rng.fork('tcn.2'),
  );
  const afterTemporal = batchNorm({ features: outputs });
  const drop = dropout({ probability });
  const projects = residual && (inputs !== outputs || stride > 1);
  const shortcut = projects
    ? {
        conv: pointwiseConvolution({ inputs, outputs, stride }, rng.fork('residual.0')),
        norm: batchNorm({ features: outputs }),
      }
    : undefined;
  const named = Object.entries({
    gcn: spatial,
    'tcn.0': afterSpatial,
    'tcn.2': temporal,
    'tcn.3': afterTemporal,
    ...(shortcut && { 'residual.0': shortcut.conv, 'residual.1': shortcut.norm }),
  });
  return {
    params: mergeParams(...named.map(([name, { params }]) => prefixed(name, params))),
    buffers: mergeParams(...named.map(([name, { buffers }]) => prefixed(name, buffers))),
    apply: (x, adjacency, pass) =>
      tf.tidy(() => {
        const mixed = afterSpatial.applyTo((map) => spatial.apply(x, adjacency, map), pass, {
          relu: true,
        });
        const convolved = (map?: FeatureMap): tf.Tensor4D => temporal.apply(mixed, pass, map);
        const add = residual
          ? shortcut === undefined
            ? x
            : project(shortcut, x, pass)
          : undefined;
        if (pass.mode === 'eval' || probability === 0) {
          return afterTemporal.applyTo(convolved, pass, { add, relu: true });
        }
        const branch = drop.apply(afterTemporal.applyTo(convolved, pass), childPass(pass, 'tcn.4'));
        return relu(add === undefined ? branch : tf.add<tf.Tensor4D>(branch, add));
      }),
  };
}

function project(
  { conv, norm }: { readonly conv: TemporalConvolution; readonly norm: BatchNorm },
  x: tf.Tensor4D,
  pass: Pass,
): tf.Tensor4D {
  return norm.applyTo((map) => conv.apply(x, pass, map), pass);
}
