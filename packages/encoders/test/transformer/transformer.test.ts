import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { skeletonTransformer } from '@halp/encoders';
import { countParams } from '@halp/nn';
import { createRandom } from '@halp/random';
import { kinectV1, kinectV2 } from '@halp/skeleton';
import { expectClose, onEachBackend } from '@halp/testing';
import { awake, fourJoints, read } from '../graph/four-joints.ts';
import { expectDrawn } from '../initial.ts';
import { skeletonTransformerConformance } from './conformance-case.ts';

const small = { layout: fourJoints, frames: 6, segment: 2, width: 4, depth: 2, heads: 2 };

describe('skeletonTransformer', () => {
  it('rejects sizes that are not divisible', () => {
    const make = (options: object) => () =>
      skeletonTransformer({ ...small, ...options }, createRandom(0));
    expect(make({ frames: 7 })).toThrow(
      'skeletonTransformer: expected frames to be a multiple of 2, got 7',
    );
    expect(make({ heads: 3 })).toThrow(
      'skeletonTransformer: expected width to be a multiple of 3, got 4',
    );
    expect(make({ depth: 0 })).toThrow(RangeError);
  });
});

onEachBackend(() => {
  it('has the number of parameters of its structure, 6,336,000 at the published sizes', () => {
    const encoder = skeletonTransformer({ layout: kinectV2 }, createRandom(0));
    const published = skeletonTransformer(
      { layout: kinectV2, frames: 120, width: 256, depth: 8, heads: 8 },
      createRandom(0),
    );
    expect(countParams(encoder.params)).toBe(203_520);
    expect(countParams(published.params)).toBe(6_336_000);
    expect([encoder.featureSize, published.featureSize]).toEqual([64, 256]);
    const shapes = Object.entries(published.params).map(
      ([name, { shape }]) => `${name} [${shape.join(', ')}]`,
    );
    expect(shapes.slice(0, 4)).toEqual([
      'joints_embed.proj.weight [256, 3, 4, 1]',
      'joints_embed.proj.bias [256]',
      'temp_embed [1, 30, 1, 256]',
      'pos_embed [1, 1, 25, 256]',
    ]);
    expect(shapes).toEqual(
      expect.arrayContaining([
        'blocks.7.norm1.weight [256]',
        'blocks.7.attn.qkv.weight [768, 256]',
        'blocks.7.attn.proj.bias [256]',
        'blocks.7.mlp.fc1.weight [1024, 256]',
        'blocks.7.mlp.fc2.weight [256, 1024]',
        'norm.bias [256]',
      ]),
    );
    encoder.dispose();
    published.dispose();
  });

  it('returns the mean of normalised embeddings of segments, joints and persons when its blocks add zero', () => {
    const encoder = skeletonTransformer({ ...small, persons: 2, channels: 3 }, createRandom(1));
    awake(encoder, /embed|^norm/);
    tf.tidy(() => {
      for (const [name, variable] of Object.entries(encoder.params)) {
        if (/attn\.proj|fc2/.test(name)) variable.assign(tf.zeros(variable.shape));
      }
      const [w, b] = [
        read(encoder, 'joints_embed.proj.weight'),
        read(encoder, 'joints_embed.proj.bias'),
      ];
      const [ofSegment, ofJoint] = [read(encoder, 'temp_embed'), read(encoder, 'pos_embed')];
      const [scale, shift] = [read(encoder, 'norm.weight'), read(encoder, 'norm.bias')];
      // Four frames of six: two segments.
      const clips = tf.randomNormal<tf.Rank.R5>([2, 3, 4, 4, 2], 0, 1, 'float32', 1);
      const expected = clips.arraySync().flatMap((clip) => {
        const feature = [0, 0, 0, 0];
        for (let m = 0; m < 2; m++)
          for (let s = 0; s < 2; s++)
            for (let v = 0; v < 4; v++) {
              const token = [0, 1, 2, 3].map((d) => {
                let sum =
                  (b[d] as number) +
                  (ofSegment[s * 4 + d] as number) +
                  (ofJoint[v * 4 + d] as number);
                for (let c = 0; c < 3; c++)
                  for (let t = 0; t < 2; t++)
                    sum +=
                      (w[(d * 3 + c) * 2 + t] as number) *
                      (clip[c]?.[s * 2 + t]?.[v]?.[m] as number);
                return sum;
              });
              const mean = token.reduce((a, x) => a + x) / 4;
              const variance = token.reduce((a, x) => a + (x - mean) ** 2, 0) / 4;
              token.forEach((x, d) => {
                const unit = (x - mean) / Math.sqrt(variance + 1e-5);
                feature[d] =
                  (feature[d] as number) +
                  ((scale[d] as number) * unit + (shift[d] as number)) / 16;
              });
            }
        return feature;
      });
      expectClose(
        encoder.apply(clips, { mode: 'eval' }),
        { shape: [2, 4], data: expected },
        { absolute: 1e-5 },
      );
    });
    encoder.dispose();
  });

  it('distinguishes joints and segments only by their embeddings', () => {
    const encoder = skeletonTransformer({ ...small, persons: 1 }, createRandom(2));
    awake(encoder, /embed/);
    tf.tidy(() => {
      const clips = tf.randomNormal<tf.Rank.R5>([2, 3, 6, 4, 1], 0, 1, 'float32', 1);
      const before = encoder.apply(clips, { mode: 'eval' });
      const reversed = encoder.apply(tf.reverse(clips, 3), { mode: 'eval' });
      const difference = tf.max(tf.abs(tf.sub(before, reversed))).dataSync()[0];
      expect(difference).toBeGreaterThan(1e-3);
      const joints = encoder.params['pos_embed'] as tf.Variable;
      joints.assign(tf.reverse(joints, 2));
      expectClose(encoder.apply(tf.reverse(clips, 3), { mode: 'eval' }), before, {
        absolute: 1e-5,
      });
      // Permutes segments of two frames together with their embeddings.
      const segments = encoder.params['temp_embed'] as tf.Variable;
      segments.assign(tf.reverse(segments, 1));
      const turned = tf.reshape<tf.Rank.R5>(
        tf.reverse(tf.reshape(tf.reverse(clips, 3), [2, 3, 3, 2, 4]), 2),
        [2, 3, 6, 4, 1],
      );
      expectClose(encoder.apply(turned, { mode: 'eval' }), before, { absolute: 1e-5 });
    });
    encoder.dispose();
  });

  it('has the published initial values: embeddings N(0, 0.02²), Xavier-uniform weights, zero biases', () => {
    const encoder = skeletonTransformer({ layout: kinectV2 }, createRandom(0));
    expectDrawn([...read(encoder, 'pos_embed'), ...read(encoder, 'temp_embed')], {
      deviation: 0.02,
    });
    const largest = (name: string): number =>
      read(encoder, name).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(largest('blocks.0.attn.qkv.weight') / Math.sqrt(6 / (64 + 192))).toBeCloseTo(1, 2);
    expect(largest('joints_embed.proj.weight') * Math.sqrt(12)).toBeCloseTo(1, 2);
    expect(largest('joints_embed.proj.bias') * Math.sqrt(12)).toBeLessThanOrEqual(1);
    expect([largest('blocks.0.attn.qkv.bias'), largest('blocks.0.mlp.fc1.bias')]).toEqual([0, 0]);
    encoder.dispose();
  });

  it('rejects clips that are too long or end within a segment', () => {
    const encoder = skeletonTransformer(small, createRandom(0));
    tf.tidy(() => {
      expect(() => encoder.apply(tf.zeros([1, 3, 8, 4, 2]), { mode: 'eval' })).toThrow(
        'skeletonTransformer: expected at most 6 frames, got 8',
      );
      expect(() => encoder.apply(tf.zeros([1, 3, 3, 4, 2]), { mode: 'eval' })).toThrow(
        'skeletonTransformer: expected T to be a multiple of 2, got 3',
      );
    });
    encoder.dispose();
  });
});

onEachBackend(() => {
  skeletonTransformerConformance(kinectV1, 2);
});
