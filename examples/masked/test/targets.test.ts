import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { skeletonTransformer } from '@halp/encoders';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose } from '@halp/testing';
import { distillationTargets, smoothL1 } from '../targets.ts';
import { clips, layout, persons } from './small.ts';

beforeAll(() => startBackend());

const network = () =>
  skeletonTransformer(
    { layout, persons, frames: 8, segment: 2, width: 4, depth: 3, heads: 2 },
    createRandom(0),
  );

describe('distillationTargets', () => {
  it.each([1, 2])('is the mean of the last %i blocks, standardised over the batch', (blocks) => {
    const encoder = network();
    tf.tidy(() => {
      const x = clips(1);
      const { tokens } = encoder;
      const outputs = tokens
        .blockOutputs(tokens.embed(x), { mode: 'eval' })
        .slice(-blocks)
        .map((each) => each.arraySync());
      const wanted: number[] = [];
      for (let r = 0; r < 6; r++)
        for (let l = 0; l < 16; l++)
          for (let d = 0; d < 4; d++) {
            let sum = 0;
            for (const output of outputs) {
              const values = output.map((row) => row[l]?.[d] as number);
              const mean = values.reduce((a, b) => a + b) / 6;
              const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / 6;
              sum += ((values[r] as number) - mean) / Math.sqrt(variance + 1e-5);
            }
            wanted.push(sum / blocks);
          }
      const target = distillationTargets(tokens, x, blocks);
      expectClose(target, { shape: [6, 16, 4], data: wanted }, { absolute: 1e-4 });
    });
    encoder.dispose();
  });

  it('is 0 for a network that looks at positions only', () => {
    const encoder = network();
    tf.tidy(() => {
      const weight = encoder.params['joints_embed.proj.weight'] as tf.Variable;
      weight.assign(tf.zeros(weight.shape));
      const target = distillationTargets(encoder.tokens, clips(1), 2);
      expect(tf.max(tf.abs(target)).dataSync()[0]).toBeLessThan(1e-2);
    });
    encoder.dispose();
  });
});

describe('smoothL1', () => {
  it('is d²/(2β) up to β and |d| − β/2 beyond', () => {
    tf.tidy(() => {
      const a = tf.tensor1d([0, 1, -1, 2, -3, 10]);
      const wanted = [0, 0.25, 0.25, 1, 2, 9];
      expectClose(smoothL1(a, tf.zeros([6]), 2), wanted, { absolute: 1e-6 });
    });
  });

  it('has a gradient that agrees with central differences on both sides of β', () => {
    tf.tidy(() => {
      const b = tf.zeros([6]);
      const a = tf.tensor1d([0.1, 0.4, -0.3, 1.2, -0.9, 3]);
      checkGradient((x) => tf.sum(smoothL1(x, b, 0.6)), [a]);
    });
  });
});
