import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Encoder, stGcn } from '@halp/encoders';
import { countParams, mergeParams, valueAndGradients } from '@halp/nn';
import { createRandom } from '@halp/random';
import { coco17, kinectV1, kinectV2 } from '@halp/skeleton';
import { bothPasses, expectClose, onEachBackend } from '@halp/testing';
import { type ClipShape, plainStGcn, type State } from './plain-st-gcn.ts';

const SHAPE: ClipShape = { clips: 2, channels: 3, frames: 6, joints: 17, persons: 2 };
const FEATURES = 5;

/** Standard normal numbers. */
function normal(count: number, seed: number): Float64Array {
  const rng = createRandom(seed);
  return Float64Array.from({ length: count }, () => rng.normal());
}

/** A small encoder without values that could hide a mistake: no weight 1, no bias 0, no running mean 0. */
function scrambled(): Encoder {
  const encoder = stGcn({ layout: coco17, width: 2, features: FEATURES }, createRandom(0));
  const all = Object.entries({ ...encoder.params, ...encoder.buffers });
  for (const [i, [name, variable]] of all.entries()) {
    if (!/bn|tcn\.[03]|residual\.1|importance/.test(name) || variable.dtype === 'int32') continue;
    const own = normal(variable.size, i);
    const positive = /weight|var|importance/.test(name);
    const values = own.map((x) => (positive ? Math.exp(0.3 * x) : 0.3 * x));
    tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(values), variable.shape)));
  }
  return encoder;
}

function stateOf({ params, buffers }: Encoder): State {
  const all = Object.entries(mergeParams(params, buffers));
  return Object.fromEntries(all.map(([name, each]) => [name, Float64Array.from(each.dataSync())]));
}

function clipsOf({ clips, channels, frames, joints, persons }: ClipShape): tf.Tensor5D {
  const shape: [number, number, number, number, number] = [
    clips,
    channels,
    frames,
    joints,
    persons,
  ];
  return tf.tensor5d(Float32Array.from(normal(tf.util.sizeFromShape(shape), 50)), shape);
}

const WEIGHTS = normal(SHAPE.clips * FEATURES, 51).map(Math.fround);

/** Numerical derivatives by parameter name, the same on every backend. */
const known = new Map<string, number>();

/** d loss / d values[index], by a central difference. */
function slope(name: string, loss: () => number, values: Float64Array, index: number): number {
  const key = `${name}[${index}]`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const start = values[index] as number;
  // A small step, since the sum has thousands of ReLUs with kinks.
  const step = 1e-8;
  values[index] = start + step;
  const above = loss();
  values[index] = start - step;
  const below = loss();
  values[index] = start;
  known.set(key, (above - below) / (2 * step));
  return known.get(key) as number;
}

describe('stGcn', () => {
  it('rejects invalid sizes', () => {
    expect(() => stGcn({ layout: coco17, width: 0 }, createRandom(0))).toThrow(
      'stGcn: expected a positive integer width, got 0',
    );
    expect(() => stGcn({ layout: coco17, kernel: 4 }, createRandom(0))).toThrow(
      'stGcn: expected an odd kernel, got 4',
    );
  });
});

onEachBackend(() => {
  it.each(bothPasses)(
    'has the values and gradients of an independent implementation in float64, in $mode mode',
    (pass) => {
      const encoder = scrambled();
      const state = stateOf(encoder);
      tf.tidy(() => {
        const clips = tf.variable(clipsOf(SHAPE));
        const x = Float64Array.from(clips.dataSync());
        const loss = (): number =>
          plainStGcn(x, SHAPE, state, pass.mode).reduce(
            (sum, y, i) => sum + y * (WEIGHTS[i] as number),
            0,
          );
        const weights = tf.tensor(Float32Array.from(WEIGHTS), [SHAPE.clips, FEATURES]);
        const { value, gradients } = valueAndGradients(
          () => {
            const features = encoder.apply(clips, pass);
            expectClose(
              features,
              { shape: [SHAPE.clips, FEATURES], data: plainStGcn(x, SHAPE, state, pass.mode) },
              { absolute: 2e-5 },
            );
            return tf.sum(tf.mul(features, weights));
          },
          { clips, ...encoder.params },
        );
        expectClose(value, [loss()], { absolute: 1e-4 });
        const rng = createRandom(52);
        for (const [name, gradient] of Object.entries(gradients)) {
          const ours = gradient.dataSync<'float32'>();
          const largest = ours.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
          const first = ours.findIndex((each) => Math.abs(each) === largest);
          for (const index of [first, rng.integer(ours.length)]) {
            const expected = slope(
              `${pass.mode} ${name}`,
              loss,
              name === 'clips' ? x : (state[name] as Float64Array),
              index,
            );
            // In train mode the gradient of a bias before batch norm is only rounding error.
            const allowed = 2e-4 * largest + 1e-5;
            const apart = Math.abs((ours[index] as number) - expected);
            expect(apart, `${name}[${index}]: ${ours[index]} and ${expected}`).toBeLessThan(
              allowed,
            );
          }
        }
        clips.dispose();
      });
      encoder.dispose();
    },
  );

  it('has the published number of parameters and the names of the authors’ checkpoints', () => {
    const rng = createRandom(0);
    const small = stGcn({ layout: kinectV2, width: 16, features: 256 }, rng);
    expect(countParams(small.params)).toBe(821_380);
    // Including the classifier of 60 classes, 256·60 + 60, as in the published file.
    expect(countParams(small.params) + countParams(small.buffers) + 15_420).toBe(841_729);
    expect(small.params['st_gcn_networks.4.gcn.conv.weight']?.shape).toEqual([96, 16, 1, 1]);
    expect(small.params['st_gcn_networks.9.tcn.2.weight']?.shape).toEqual([256, 256, 9, 1]);
    expect(small.params['st_gcn_networks.7.residual.0.weight']?.shape).toEqual([64, 32, 1, 1]);
    expect(small.params['edge_importance.9']?.shape).toEqual([3, 25, 25]);
    expect(small.buffers['A']?.shape).toEqual([3, 25, 25]);
    const published = stGcn({ layout: kinectV2 }, rng);
    expect(published.featureSize).toBe(256);
    expect(countParams(published.params)).toBe(3_083_412);
    small.dispose();
    published.dispose();
  });

  it('accepts any layout, partition, number of persons and coordinates, and clips of one frame', () => {
    const options = { layout: kinectV1, persons: 1, channels: 2, width: 2 } as const;
    for (const [partition, subsets] of [
      ['uniform', 1],
      ['distance', 2],
      ['spatial', 3],
    ] as const) {
      const encoder = stGcn({ ...options, partition }, createRandom(0));
      expect(encoder.buffers['A']?.shape).toEqual([subsets, 20, 20]);
      tf.tidy(() => {
        const clips = tf.randomNormal<tf.Rank.R5>([2, 2, 1, 20, 1], 0, 1, 'float32', 1);
        expect(encoder.apply(clips, { mode: 'train', rng: createRandom(0) }).shape).toEqual([2, 8]);
      });
      encoder.dispose();
    }
  });

  it('names the expected and the actual shape in its errors', () => {
    const encoder = stGcn({ layout: coco17, width: 2 }, createRandom(0));
    tf.tidy(() => {
      expect(() => encoder.apply(tf.zeros([2, 3, 5, 25, 2]), { mode: 'eval' })).toThrow(
        'stGcn: expected clips [N, C, T, V, M] = [any, 3, any, 17, 2], got [2, 3, 5, 25, 2]',
      );
    });
    encoder.dispose();
  });
});
