import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { agcn } from '@halp/encoders';
import { countParams } from '@halp/nn';
import { createRandom } from '@halp/random';
import { adjacency, kinectV2, layoutNames, layoutOf } from '@halp/skeleton';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { adaptiveGraphConvolution } from '../../src/graph/adaptive-graph-convolution.ts';
import type { JointLayer } from '../../src/graph/graph-network.ts';
import { withoutCentralDifferences } from '../conformance-functions.ts';
import { expectDrawn } from '../initial.ts';
import { threeBlocksConformance } from './agcn-conformance.ts';
import { awake, fourJoints, read } from './four-joints.ts';

const graph = adjacency(fourJoints, 'directed');

/** ReLU(BN(Σ_k W_k Σ_v (A + B + C)[v, w] x[v] + b_k) + x), or + BN(W x + b), in eval mode with initial statistics. */
function oracle(layer: JointLayer, x: tf.Tensor4D, outputs: number): Float64Array {
  const [N, T, V, I] = x.shape;
  const input = x.dataSync<'float32'>();
  const at = (n: number, t: number, v: number, i: number): number =>
    input[((n * T + t) * V + v) * I + i] as number;
  const convolve = (name: string, o: number, of: (i: number) => number): number => {
    const [w, b] = [read(layer, `${name}.weight`), read(layer, `${name}.bias`)];
    let sum = b[o] as number;
    for (let i = 0; i < I; i++) sum += (w[o * I + i] as number) * of(i);
    return sum;
  };
  const norm = (name: string, o: number, value: number): number =>
    ((read(layer, `${name}.weight`)[o] as number) * value) / Math.sqrt(1 + 1e-5) +
    (read(layer, `${name}.bias`)[o] as number);
  const E = Math.floor(outputs / 4);
  const learned = read(layer, 'PA');
  const y = new Float64Array(N * T * V * outputs);
  for (let n = 0; n < N; n++) {
    const mixture = Array.from({ length: 3 }, (_, k) =>
      Array.from({ length: V }, (_, w) => {
        const scores = Array.from({ length: V }, (_, v) => {
          let sum = 0;
          for (let t = 0; t < T; t++)
            for (let e = 0; e < E; e++)
              sum +=
                convolve(`conv_a.${k}`, e, (i) => at(n, t, v, i)) *
                convolve(`conv_b.${k}`, e, (i) => at(n, t, w, i));
          return Math.exp(sum / (T * E));
        });
        const total = scores.reduce((a, s) => a + s);
        return scores.map((score, v) => {
          const place = (k * V + v) * V + w;
          return score / total + (graph.weights[place] as number) + (learned[place] as number);
        });
      }),
    );
    for (let t = 0; t < T; t++)
      for (let w = 0; w < V; w++)
        for (let o = 0; o < outputs; o++) {
          let sum = 0;
          for (let k = 0; k < 3; k++)
            sum += convolve(`conv_d.${k}`, o, (i) => {
              let mixed = 0;
              for (let v = 0; v < V; v++)
                mixed += (mixture[k]?.[w]?.[v] as number) * at(n, t, v, i);
              return mixed;
            });
          const shortcut =
            I === outputs
              ? at(n, t, w, o)
              : norm(
                  'down.1',
                  o,
                  convolve('down.0', o, (i) => at(n, t, w, i)),
                );
          y[((n * T + t) * V + w) * outputs + o] = Math.max(0, norm('bn', o, sum) + shortcut);
        }
  }
  return y;
}

/** Three blocks with one subset: the first block, one that halves the frames, one that keeps its input size. */
describe('agcn', () => {
  it('rejects invalid widths and kernels', () => {
    expect(() => agcn({ layout: fourJoints, width: 6 }, createRandom(0))).toThrow(
      'agcn: expected a width that is a multiple of 4, got 6',
    );
    expect(() => agcn({ layout: fourJoints, kernel: 4 }, createRandom(0))).toThrow(
      'agcn: expected an odd kernel, got 4',
    );
    expect(() => agcn({ layout: fourJoints, persons: 0 }, createRandom(0))).toThrow(RangeError);
  });
});

onEachBackend((backend) => {
  it('has the parameters of the published network: 3,469,510 with the classifier of 60 classes', () => {
    const encoder = agcn({ layout: kinectV2 }, createRandom(0));
    expect(countParams(encoder.params)).toBe(3_454_090);
    expect(countParams(encoder.params) + 60 * 256 + 60).toBe(3_469_510);
    expect(encoder.featureSize).toBe(256);
    const shapes = Object.entries({ ...encoder.params, ...encoder.buffers }).map(
      ([name, { shape }]) => `${name} [${shape.join(', ')}]`,
    );
    expect(shapes).toEqual(
      expect.arrayContaining([
        'data_bn.weight [150]',
        'l1.gcn1.PA [3, 25, 25]',
        'l1.gcn1.conv_a.0.weight [16, 3, 1, 1]',
        'l1.gcn1.conv_b.2.bias [16]',
        'l1.gcn1.conv_d.1.weight [64, 3, 1, 1]',
        'l1.gcn1.down.0.weight [64, 3, 1, 1]',
        'l1.gcn1.down.1.running_var [64]',
        'l1.tcn1.conv.weight [64, 64, 9, 1]',
        'l5.residual.conv.weight [128, 64, 1, 1]',
        'l8.residual.bn.num_batches_tracked []',
        'l10.gcn1.bn.running_mean [256]',
        'l10.tcn1.bn.bias [256]',
      ]),
    );
    expect(shapes.filter((name) => /^l(1|2|10)\.residual|^l2\.gcn1\.down/.test(name))).toEqual([]);
    encoder.dispose();
  });

  it('has the initial values of the authors’ network', () => {
    const encoder = agcn({ layout: kinectV2 }, createRandom(0));
    const drawn = (name: string, deviation: number): void =>
      expectDrawn(read(encoder, name), { deviation });
    drawn('l10.tcn1.conv.weight', Math.sqrt(2 / (256 * 9)));
    drawn('l10.gcn1.conv_a.0.weight', Math.sqrt(2 / 64));
    drawn('l10.gcn1.conv_d.0.weight', Math.sqrt(2 / (256 * 256 * 3)));
    expect(read(encoder, 'l10.tcn1.conv.bias').every((x) => x === 0)).toBe(true);
    expect(read(encoder, 'l4.gcn1.PA').every((x) => x === Math.fround(1e-6))).toBe(true);
    expect(read(encoder, 'l4.gcn1.bn.weight').every((x) => x === Math.fround(1e-6))).toBe(true);
    encoder.dispose();
  });

  it.each([
    { inputs: 3, outputs: 8 },
    { inputs: 8, outputs: 8 },
  ])(
    'convolves with A + B + C of each clip and matches a loop over its formula: %o',
    ({ inputs, outputs }) => {
      const layer = adaptiveGraphConvolution({ inputs, outputs, graph }, createRandom(1));
      awake(layer, /PA|bn|down\.1|bias/);
      tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R4>([2, 3, 4, inputs], 0, 1, 'float32', 1);
        const data = oracle(layer, x, outputs);
        expect(data.some((value) => value > 0) && data.some((value) => value === 0)).toBe(true);
        expectClose(
          layer.apply(x, { mode: 'eval' }),
          { shape: [2, 3, 4, outputs], data },
          { absolute: 1e-5, relative: 1e-5 },
        );
        tf.dispose([...Object.values(layer.params), ...Object.values(layer.buffers)]);
      });
    },
  );

  it('has the correct gradient for the graph computed from the clip', () => {
    const layer = adaptiveGraphConvolution({ inputs: 2, outputs: 4, graph }, createRandom(2));
    awake(layer, /bn\.weight|down\.1/);
    tf.tidy(() => {
      // Far from the kink of the ReLU.
      layer.params['bn.bias']?.assign(tf.fill([4], 20));
      const x = tf.randomNormal([2, 3, 4, 2], 0, 1, 'float32', 2);
      const weights = tf.randomNormal([2, 3, 4, 4], 0, 1, 'float32', 3);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.mul(tf.sub(layer.apply(x as tf.Tensor4D, { mode: 'eval' }), 20), weights));
      // For the similarity: its softmax over four joints is almost uniform, so gradients are near rounding error.
      checkGradient(
        loss,
        [
          x,
          ...['PA', 'conv_a.0.weight', 'conv_b.1.weight', 'conv_d.2.weight', 'conv_d.0.bias'].map(
            (name) => layer.params[name] as tf.Variable,
          ),
        ],
        { step: 3e-2, tolerance: 3e-3 },
      );
      tf.dispose([...Object.values(layer.params), ...Object.values(layer.buffers)]);
    });
  });

  it('accepts clips of every layout, with one or more persons and an odd or even number of frames', () => {
    for (const name of layoutNames) {
      const layout = layoutOf(name);
      const encoder = agcn({ layout, persons: 1, width: 4 }, createRandom(0));
      tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R5>(
          [2, 3, 7, layout.joints.length, 1],
          0,
          1,
          'float32',
          1,
        );
        const y = encoder.apply(x, { mode: 'train', rng: createRandom(0) });
        expect(y.shape).toEqual([2, 16]);
        expect(y.dataSync().every(Number.isFinite)).toBe(true);
      });
      encoder.dispose();
    }
  });

  // Gradient checks by central differences are in the long lane.
  threeBlocksConformance(backend, withoutCentralDifferences);
});
