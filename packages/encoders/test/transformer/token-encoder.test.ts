import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { biGru, onStream, skeletonTransformer, streamOfBatch } from '@halp/encoders';
import { type Pass, takeTokens } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { awake, fourJoints, read } from '../graph/four-joints.ts';

const small = { layout: fourJoints, frames: 6, segment: 2, width: 4, depth: 2, heads: 2 };
const evaluation = { mode: 'eval' } as const;
const made = (options: object = {}) =>
  awake(skeletonTransformer({ ...small, ...options }, createRandom(1)), /embed|^norm|attn|mlp/);
const clips = (): tf.Tensor5D => tf.randomNormal<tf.Rank.R5>([2, 3, 4, 4, 2], 0, 1, 'float32', 1);

onEachBackend(() => {
  it('exist in transformers only', () => {
    const gru = biGru({ joints: 4, persons: 1, hidden: 2, layers: 1 }, createRandom(0));
    expect(gru.tokens).toBeUndefined();
    gru.dispose();
  });

  it('give the features of the encoder: the mean over tokens and persons of encode(embed(x))', () => {
    const encoder = made();
    tf.tidy(() => {
      const x = clips();
      const tokens = encoder.tokens.encode(encoder.tokens.embed(x), evaluation);
      const mean = tf.mean(tf.reshape(tf.mean(tokens, 1), [2, 2, 4]), 1);
      const features = encoder.apply(x, evaluation);
      expect([...mean.dataSync()]).toEqual([...features.dataSync()]);
    });
    encoder.dispose();
  });

  it('embed puts joint v of segment s of person m of clip n at row n·M + m, token s·V + v', () => {
    const encoder = made();
    const [w, b] = [
      read(encoder, 'joints_embed.proj.weight'),
      read(encoder, 'joints_embed.proj.bias'),
    ];
    tf.tidy(() => {
      const x = clips();
      const values = x.arraySync();
      const positions = encoder.tokens.positions(4);
      expect(positions.shape).toEqual([1, 8, 4]);
      const [ofSegment, ofJoint] = [read(encoder, 'temp_embed'), read(encoder, 'pos_embed')];
      const wanted: number[] = [];
      const wantedPositions: number[] = [];
      for (let n = 0; n < 2; n++)
        for (let m = 0; m < 2; m++)
          for (let s = 0; s < 2; s++)
            for (let v = 0; v < 4; v++)
              for (let d = 0; d < 4; d++) {
                const place = (ofSegment[s * 4 + d] as number) + (ofJoint[v * 4 + d] as number);
                if (n === 0 && m === 0) wantedPositions.push(place);
                let sum = place + (b[d] as number);
                for (let c = 0; c < 3; c++)
                  for (let t = 0; t < 2; t++)
                    sum +=
                      (w[(d * 3 + c) * 2 + t] as number) *
                      (values[n]?.[c]?.[s * 2 + t]?.[v]?.[m] as number);
                wanted.push(sum);
              }
      const tolerance = { absolute: 1e-5 };
      expectClose(encoder.tokens.embed(x), { shape: [4, 8, 4], data: wanted }, tolerance);
      expectClose(positions, { shape: [1, 8, 4], data: wantedPositions }, tolerance);
    });
    encoder.dispose();
  });

  it('blockOutputs ends with what encode normalises, and its blocks follow each other', () => {
    const encoder = made();
    tf.tidy(() => {
      const x = encoder.tokens.embed(clips());
      const [first, last, ...rest] = encoder.tokens.blockOutputs(x, evaluation);
      expect([encoder.tokens.blocks, rest.length]).toEqual([2, 0]);
      expect([encoder.tokens.frames, encoder.tokens.segment]).toEqual([6, 2]);
      const [scale, shift] = [read(encoder, 'norm.weight'), read(encoder, 'norm.bias')];
      const { mean, variance } = tf.moments(last as tf.Tensor, 2, true);
      const unit = tf.div(tf.sub(last as tf.Tensor, mean), tf.sqrt(tf.add(variance, 1e-5)));
      const wanted = tf.add(tf.mul(unit, tf.tensor1d(scale)), tf.tensor1d(shift));
      const got = encoder.tokens.encode(x, evaluation);
      expectClose(got, { shape: got.shape, data: [...wanted.dataSync()] }, { absolute: 1e-5 });
      // A second block that adds nothing passes the first one's output on.
      for (const [name, variable] of Object.entries(encoder.params)) {
        if (/^blocks\.1\.(attn\.proj|mlp\.fc2)/.test(name))
          variable.assign(tf.zeros(variable.shape));
      }
      const through = encoder.tokens.blockOutputs(x, evaluation)[1]?.dataSync() ?? [];
      expect([...through]).toEqual([...(first as tf.Tensor).dataSync()]);
      expect([...through]).not.toEqual([...x.dataSync()]);
    });
    encoder.dispose();
  });

  it('encode takes any subset of the tokens, in any order', () => {
    const encoder = made();
    tf.tidy(() => {
      const x = encoder.tokens.embed(clips());
      const [at, reversed] = [[5, 2, 0], [0, 2, 5]].map((row) => tf.tensor2d([row, row, row, row], [4, 3], 'int32')) as [tf.Tensor2D, tf.Tensor2D]; // prettier-ignore
      const one = encoder.tokens.encode(takeTokens(x, at), evaluation);
      const other = encoder.tokens.encode(takeTokens(x, reversed), evaluation);
      const wanted = [...tf.reverse(other, 1).dataSync()];
      expectClose(one, { shape: [4, 3, 4], data: wanted }, { absolute: 1e-5 });
    });
    encoder.dispose();
  });

  it('blocks draw the same numbers in encode as in apply', () => {
    const encoder = made({ dropout: 0.5, stochasticDepth: 0.5 });
    tf.tidy(() => {
      const x = clips();
      const pass = () => ({ mode: 'train', rng: createRandom(3) }) as const;
      const tokens = encoder.tokens.encode(encoder.tokens.embed(x), pass());
      const mean = tf.mean(tf.reshape(tf.mean(tokens, 1), [2, 2, 4]), 1);
      expect([...mean.dataSync()]).toEqual([...encoder.apply(x, pass()).dataSync()]);
    });
    encoder.dispose();
  });

  it('onStream embeds the stream', () => {
    const encoder = made();
    const ofBones = onStream(encoder, 'bone', fourJoints);
    tf.tidy(() => {
      const x = clips();
      const wanted = encoder.tokens.embed(streamOfBatch(x, 'bone', fourJoints)).dataSync();
      expect([...(ofBones.tokens?.embed(x).dataSync() ?? [])]).toEqual([...wanted]);
    });
    encoder.dispose();
  });

  it('rejects clips and tokens of another shape, and calls without a pass', () => {
    const encoder = made();
    const { tokens } = encoder;
    tf.tidy(() => {
      expect(() => tokens.embed(tf.zeros([2, 3, 5, 4, 2]))).toThrow(
        'skeletonTransformer: expected T to be a multiple of 2, got 5',
      );
      expect(() => tokens.positions(8)).toThrow(
        'skeletonTransformer: expected at most 6 frames, got 8',
      );
      for (const f of [
        (x: tf.Tensor3D, pass: Pass) => tokens.encode(x, pass),
        (x: tf.Tensor3D, pass: Pass) => tokens.blockOutputs(x, pass),
      ]) {
        expect(() => f(tf.zeros([2, 3, 5]), evaluation)).toThrow(
          'skeletonTransformer: expected tokens [R, K, D] = [any, any, 4], got [2, 3, 5]',
        );
        expect(() => f(tf.zeros([2, 3, 4]), undefined as never)).toThrow(
          'skeletonTransformer: expected a pass',
        );
      }
    });
    encoder.dispose();
  });

  it('leaves no tensor behind', async () => {
    const encoder = made();
    const x = clips();
    await expectNoLeak(() => {
      const tokens = encoder.tokens.embed(x);
      tf.dispose([
        encoder.tokens.positions(4),
        encoder.tokens.blockOutputs(tokens, evaluation),
        encoder.tokens.encode(tokens, evaluation),
        tokens,
      ]);
    });
    tf.dispose(x);
    encoder.dispose();
  });
});
