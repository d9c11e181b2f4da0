import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ctrGcn, type Encoder, skeletonTransformer, stGcn, withHead } from '@halp/encoders';
import { encoderConformance } from '@halp/encoders/conformance';
import { disposeParams, type Layer, type Pass } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { onBackend, onEachBackend } from '@halp/testing';
import { graphNetwork } from '../src/graph/graph-network.ts';
import { stGcnBlock } from '../src/graph/st-gcn-block.ts';
import { transformerBlock } from '../src/transformer/block.ts';
import { functionsFor, withoutCentralDifferences } from './conformance-functions.ts';
import { awake, fourJoints as layout } from './graph/four-joints.ts';

type Make = (probability: number) => (rng: Random) => Encoder;
const transformer = (options: object) => (rng: Random) =>
  skeletonTransformer(
    { layout, frames: 8, segment: 2, width: 8, depth: 2, heads: 2, ...options },
    rng,
  );
const encoders: Readonly<Record<string, Make>> = {
  'stGcn, dropout': (dropout) => (rng) => stGcn({ layout, width: 2, features: 8, dropout }, rng),
  'ctrGcn, dropout': (dropout) => (rng) => ctrGcn({ layout, width: 8, dropout }, rng),
  'skeletonTransformer, dropout': (dropout) => transformer({ dropout }),
  'skeletonTransformer, stochasticDepth': (stochasticDepth) => transformer({ stochasticDepth }),
};
const training = (seed: number): Pass => ({ mode: 'train', rng: createRandom(seed) });

describe.each(Object.entries(encoders))('%s', (name, make) => {
  it.each([-0.1, 1, NaN])('rejects the probability %s', (probability) => {
    const [encoder = '', option = ''] = name.split(', ');
    expect(() => make(probability)(createRandom(0))).toThrow(
      new RangeError(`${encoder}: expected ${option} in [0, 1), got ${probability}`),
    );
  });
});

onBackend('wasm', () => {
  for (const [name, make] of Object.entries(encoders)) {
    encoderConformance(
      {
        name,
        // Some weights of CTR-GCN begin at 0.
        make: (rng) =>
          name.startsWith('ctrGcn')
            ? awake(make(0.3)(rng), /gcn1\.bn\.weight|alpha|data_bn/)
            : make(0.3)(rng),
        clips: { channels: 3, joints: 4, persons: 2, frames: 8 },
        personOrder: name.startsWith('ctrGcn') ? 'sensitive' : 'invariant',
      },
      functionsFor(withoutCentralDifferences),
    );
  }
});

onEachBackend(() => {
  it.each(Object.entries(encoders))(
    '%s changes training passes, by the stream, and no other',
    (_, make) => {
      const clips = tf.randomNormal<tf.Rank.R5>([8, 3, 8, 4, 2], 0, 1, 'float32', 1);
      const features = (probability: number, pass: Pass): readonly number[] => {
        const encoder = make(probability)(createRandom(1));
        const values = tf.tidy(() => [...encoder.apply(clips, pass).dataSync()]);
        encoder.dispose();
        return values;
      };
      expect(features(0.5, { mode: 'eval' })).toEqual(features(0, { mode: 'eval' }));
      const first = features(0.5, training(1));
      expect(features(0.5, training(1))).toEqual(first);
      expect(features(0.5, training(2))).not.toEqual(first);
      expect(features(0, training(1))).toEqual(features(0, training(2)));
      expect(features(0, training(1))).not.toEqual(first);
      clips.dispose();
    },
  );

  it('a block of ST-GCN drops numbers of its temporal branch before the residual sum', () => {
    const sizes = { inputs: 4, outputs: 4, stride: 1, residual: true, subsets: 1, kernel: 3 };
    const plain = stGcnBlock({ ...sizes, dropout: 0 }, createRandom(1));
    const dropping = stGcnBlock({ ...sizes, dropout: 0.25 }, createRandom(1));
    tf.tidy(() => {
      // Large, so that the ReLU of the sum changes nothing.
      const x = tf.add<tf.Tensor4D>(tf.randomNormal([2, 5, 3, 4], 0, 1, 'float32', 2), 100);
      const graph = tf.ones<tf.Rank.R3>([1, 3, 3]);
      const branch = tf.sub(plain.apply(x, graph, training(3)), x).dataSync();
      const dropped = tf.sub(dropping.apply(x, graph, training(3)), x).dataSync();
      const draws = createRandom(3).fork('tcn.4');
      for (const [i, each] of dropped.entries()) {
        const wanted = draws.uniform() < 0.25 ? 0 : (branch[i] as number) / 0.75;
        // Both are differences of numbers of about 100 in float32.
        expect(Math.abs(each - wanted)).toBeLessThan(5e-5);
      }
    });
    for (const { params, buffers } of [plain, dropping]) {
      disposeParams(params);
      disposeParams(buffers);
    }
  });

  it('a block of the transformer skips each branch for whole persons', () => {
    const block = transformerBlock(
      { features: 4, heads: 2, hidden: 6, stochasticDepth: 0.5 },
      createRandom(1),
    );
    const x = tf.randomNormal<tf.Rank.R3>([40, 3, 4], 0, 1, 'float32', 2);
    const [y, start] = tf.tidy(() => [block.apply(x, training(3)).arraySync(), x.arraySync()]);
    const [first, second] = ['drop_path1', 'drop_path2'].map((name) => createRandom(3).fork(name));
    const skipped = start.map(() => {
      const draws = [first?.uniform(), second?.uniform()] as const;
      return draws.every((draw) => (draw as number) < 0.5);
    });
    expect(y.map((each, i) => JSON.stringify(each) === JSON.stringify(start[i]))).toEqual(skipped);
    expect(skipped).toContain(true);
    x.dispose();
    disposeParams(block.params);
  });

  it('containers give each child a stream of its own name', () => {
    const seen: Record<string, unknown> = {};
    const child = (name: string): Layer<tf.Tensor4D, tf.Tensor4D> => ({
      params: {},
      buffers: {},
      apply: (x, pass) => {
        seen[name] = pass.mode === 'train' ? pass.rng.state() : undefined;
        return tf.clone(x);
      },
      dispose: () => undefined,
    });
    const network = graphNetwork(
      {
        ...{ caller: 'test', joints: 4, persons: 1, channels: 3, statisticsShared: 'nothing' },
        plan: [
          { outputs: 3, stride: 1 },
          { outputs: 3, stride: 1 },
        ],
        nameOf: (i) => `block${i}`,
        block: (_, __, i) => child(`block${i}`),
      },
      createRandom(0),
    );
    const head = child('fc') as unknown as Layer<tf.Tensor2D, tf.Tensor2D>;
    const whole = withHead(network, head);
    tf.tidy(() => void whole.apply(tf.ones([2, 3, 4, 4, 1]), training(1)));
    const rng = createRandom(1);
    expect(seen).toEqual({
      block0: rng.fork('encoder').fork('block0').state(),
      block1: rng.fork('encoder').fork('block1').state(),
      fc: rng.fork('fc').state(),
    });
    network.dispose();
  });
});
