import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ctrGcn } from '@halp/encoders';
import { countParams } from '@halp/nn';
import { createRandom } from '@halp/random';
import { adjacency, kinectV2, layoutNames, layoutOf } from '@halp/skeleton';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { ctrGraphConvolution } from '../../src/graph/ctr-graph-convolution.ts';
import type { JointLayer } from '../../src/graph/graph-network.ts';
import { withoutCentralDifferences } from '../conformance-functions.ts';
import { expectDrawn } from '../initial.ts';
import { twoBlocksConformance } from './ctr-gcn-conformance.ts';
import { awake, fourJoints, read } from './four-joints.ts';

const graph = adjacency(fourJoints, 'directed');

/** W x + b of one joint in one frame, with the layer's parameters. */
function convolve(layer: JointLayer, name: string, o: number, x: readonly number[]): number {
  const [w, b] = [read(layer, `${name}.weight`), read(layer, `${name}.bias`)];
  return x.reduce((sum, each, i) => sum + (w[o * x.length + i] as number) * each, b[o] as number);
}

/** BN in eval mode with initial statistics. */
function norm(layer: JointLayer, name: string, o: number, value: number): number {
  const [w, b] = [read(layer, `${name}.weight`)[o], read(layer, `${name}.bias`)[o]];
  return ((w as number) * value) / Math.sqrt(1 + 1e-5) + (b as number);
}

/** ReLU(BN(Σ_k Σ_v (A_k[u, v] + α q_k[u, v, o]) (W3 x[v] + b3)[o]) + x), or + BN(W x + b). */
function oracle(layer: JointLayer, x: tf.Tensor4D, outputs: number, relations: number): number[] {
  const clips = x.arraySync();
  const [, T, V, I] = x.shape;
  const [topology, alpha] = [read(layer, 'PA'), read(layer, 'alpha')[0] as number];
  return clips.flatMap((clip) => {
    const mean = (name: string, v: number, r: number): number =>
      clip.reduce((sum, frame) => sum + convolve(layer, name, r, frame[v] as number[]), 0) / T;
    const refined = [0, 1, 2].map((k) =>
      Array.from({ length: V * V }, (_, place) => {
        const [u, v] = [Math.floor(place / V), place % V];
        const correlation = Array.from({ length: relations }, (_, r) =>
          Math.tanh(mean(`convs.${k}.conv1`, u, r) - mean(`convs.${k}.conv2`, v, r)),
        );
        return Array.from(
          { length: outputs },
          (_, o) =>
            (topology[k * V * V + place] as number) +
            alpha * convolve(layer, `convs.${k}.conv4`, o, correlation),
        );
      }),
    );
    return clip.flatMap((frame) =>
      frame.flatMap((joint, u) =>
        Array.from({ length: outputs }, (_, o) => {
          let sum = 0;
          refined.forEach((weights, k) => {
            frame.forEach((other, v) => {
              sum +=
                (weights[u * V + v]?.[o] as number) * convolve(layer, `convs.${k}.conv3`, o, other);
            });
          });
          const shortcut =
            I === outputs
              ? (joint[o] as number)
              : norm(layer, 'down.1', o, convolve(layer, 'down.0', o, joint));
          return Math.max(0, norm(layer, 'bn', o, sum) + shortcut);
        }),
      ),
    );
  });
}

/** Two blocks with one subset: the first block, and one that halves the frames. */
describe('ctrGcn', () => {
  it('rejects invalid widths and kernels', () => {
    expect(() => ctrGcn({ layout: fourJoints, width: 12 }, createRandom(0))).toThrow(
      'ctrGcn: expected a width that is a multiple of 8, got 12',
    );
    expect(() => ctrGcn({ layout: fourJoints, kernel: 2 }, createRandom(0))).toThrow(
      'ctrGcn: expected an odd kernel, got 2',
    );
    expect(() => ctrGcn({ layout: fourJoints, channels: 0 }, createRandom(0))).toThrow(RangeError);
  });
});

onEachBackend((backend) => {
  it('has the parameters of the published network: 1,462,092 with the classifier of 120 classes', () => {
    const encoder = ctrGcn({ layout: kinectV2 }, createRandom(0));
    expect(countParams(encoder.params)).toBe(1_431_252);
    expect(countParams(encoder.params) + 120 * 256 + 120).toBe(1_462_092);
    expect(encoder.featureSize).toBe(256);
    const shapes = Object.entries({ ...encoder.params, ...encoder.buffers }).map(
      ([name, { shape }]) => `${name} [${shape.join(', ')}]`,
    );
    expect(shapes).toEqual(
      expect.arrayContaining([
        'data_bn.weight [150]',
        'l1.gcn1.PA [3, 25, 25]',
        'l1.gcn1.alpha [1]',
        'l1.gcn1.convs.0.conv1.weight [8, 3, 1, 1]',
        'l1.gcn1.convs.2.conv4.weight [64, 8, 1, 1]',
        'l1.gcn1.down.1.running_mean [64]',
        'l5.gcn1.convs.1.conv2.weight [8, 64, 1, 1]',
        'l5.tcn1.branches.0.0.weight [32, 128, 1, 1]',
        'l5.tcn1.branches.1.3.conv.weight [32, 32, 5, 1]',
        'l5.tcn1.branches.2.4.running_var [32]',
        'l5.tcn1.branches.3.1.bias [32]',
        'l5.residual.conv.weight [128, 64, 1, 1]',
        'l10.gcn1.bn.weight [256]',
      ]),
    );
    expect(shapes.filter((name) => /^l(1|2|10)\.residual|^l2\.gcn1\.down/.test(name))).toEqual([]);
    encoder.dispose();
  });

  it('has the initial values of the authors’ network', () => {
    const encoder = ctrGcn({ layout: kinectV2 }, createRandom(0));
    const drawn = (name: string, deviation: number): void =>
      expectDrawn(read(encoder, name), { deviation });
    drawn('l10.gcn1.convs.0.conv3.weight', Math.sqrt(2 / 256));
    drawn('l10.tcn1.branches.0.3.conv.weight', Math.sqrt(2 / (64 * 5)));
    // The scales of the branches' batch norms, pooled over all blocks; a single batch norm has 16 to 64.
    const scales = Object.keys(encoder.params).filter(
      (name) => /tcn1\.branches\.\d\.[14]\.weight$/.test(name) && encoder.params[name]?.rank === 1,
    );
    expectDrawn(
      scales.flatMap((name) => [...read(encoder, name)]),
      { mean: 1, deviation: 0.02 },
    );
    expect(read(encoder, 'l10.gcn1.convs.0.conv4.bias').every((x) => x === 0)).toBe(true);
    expect(read(encoder, 'l4.gcn1.alpha')[0]).toBe(0);
    expect(read(encoder, 'l4.gcn1.bn.weight').every((x) => x === Math.fround(1e-6))).toBe(true);
    expect(Array.from(read(encoder, 'l4.gcn1.PA'))).toEqual(
      Array.from(adjacency(kinectV2, 'directed').weights),
    );
    encoder.dispose();
  });

  it.each([
    { inputs: 3, outputs: 8, relations: 8 },
    { inputs: 8, outputs: 8, relations: 1 },
  ])('convolves with a topology per channel and matches a loop over its formula: %o', (sizes) => {
    const layer = ctrGraphConvolution({ ...sizes, graph }, createRandom(1));
    awake(layer, /PA|alpha|bn|down\.1|bias/);
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 3, 4, sizes.inputs], 0, 1, 'float32', 1);
      const data = oracle(layer, x, sizes.outputs, sizes.relations);
      expect(data.some((value) => value > 0) && data.some((value) => value === 0)).toBe(true);
      expectClose(
        layer.apply(x, { mode: 'eval' }),
        { shape: [2, 3, 4, sizes.outputs], data },
        { absolute: 1e-5, relative: 1e-5 },
      );
      tf.dispose([...Object.values(layer.params), ...Object.values(layer.buffers)]);
    });
  });

  it('has the correct gradient for the topology computed from the clip', () => {
    const layer = ctrGraphConvolution(
      { inputs: 2, outputs: 4, relations: 2, graph },
      createRandom(2),
    );
    awake(layer, /bn\.weight|alpha|down\.1/);
    tf.tidy(() => {
      // Far from the kink of the ReLU.
      layer.params['bn.bias']?.assign(tf.fill([4], 50));
      const x = tf.randomNormal([2, 3, 4, 2], 0, 1, 'float32', 2);
      const weights = tf.randomNormal([2, 3, 4, 4], 0, 1, 'float32', 3);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.mul(tf.sub(layer.apply(x as tf.Tensor4D, { mode: 'eval' }), 50), weights));
      const names = [
        'PA',
        'alpha',
        'convs.0.conv1.weight',
        'convs.1.conv2.weight',
        'convs.1.conv2.bias',
        'convs.2.conv3.weight',
        'convs.2.conv4.weight',
        'convs.0.conv4.bias',
      ];
      checkGradient(loss, [x, ...names.map((name) => layer.params[name] as tf.Variable)], {
        step: 3e-2,
        tolerance: 3e-3,
      });
      tf.dispose([...Object.values(layer.params), ...Object.values(layer.buffers)]);
    });
  });

  it('accepts clips of every layout, with one or more persons and an odd or even number of frames', () => {
    for (const name of layoutNames) {
      const layout = layoutOf(name);
      const encoder = ctrGcn({ layout, persons: 1, width: 8 }, createRandom(0));
      tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R5>(
          [2, 3, 7, layout.joints.length, 1],
          0,
          1,
          'float32',
          1,
        );
        const y = encoder.apply(x, { mode: 'train', rng: createRandom(0) });
        expect(y.shape).toEqual([2, 32]);
        expect(y.dataSync().every(Number.isFinite)).toBe(true);
      });
      encoder.dispose();
    }
  });

  // Gradient checks by central differences are in the long lane.
  twoBlocksConformance(backend, withoutCentralDifferences);
});
