import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { createRandom } from '@halp/random';
import { expectClose } from '@halp/testing';
import { tokenDecoder } from '../decoder.ts';

beforeAll(() => startBackend());

it('predicts from visible tokens at their places and mask tokens elsewhere, plus embeddings of joint and segment', () => {
  // Two joints, up to three segments, of which the clip has two; tokens 3 and 0 are visible.
  const sizes = { inputs: 2, width: 3, depth: 1, heads: 1, segments: 3, joints: 2, outputs: 2 };
  const decoder = tokenDecoder(sizes, createRandom(0));
  const rng = createRandom(1);
  for (const [name, variable] of Object.entries(decoder.params)) {
    // The block adds nothing; all other numbers are random.
    const isZero = /attn\.proj|fc2/.test(name);
    const values = Array.from({ length: variable.size }, () => (isZero ? 0 : rng.normal()));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  const read = (name: string): number[] => [...(decoder.params[name] as tf.Variable).dataSync()];
  const linear = (name: string, x: readonly number[]): number[] =>
    read(`${name}.bias`).map((bias, o) =>
      x.reduce(
        (sum, xi, i) => sum + (read(`${name}.weight`)[o * x.length + i] as number) * xi,
        bias,
      ),
    );
  const visible = [[0.5, 2], [-1, 0.25]] as const; // prettier-ignore
  const wanted = [0, 1, 2, 3].flatMap((l) => {
    const [v, s] = [l % 2, Math.floor(l / 2)];
    const seen = l === 3 ? visible[0] : l === 0 ? visible[1] : undefined;
    const token = seen === undefined ? read('mask_token') : linear('embed', seen);
    const placed = token.map(
      (each, d) =>
        each + (read('pos_embed')[3 * v + d] as number) + (read('temp_embed')[3 * s + d] as number),
    );
    const mean = placed.reduce((a, b) => a + b) / 3;
    const variance = placed.reduce((a, b) => a + (b - mean) ** 2, 0) / 3;
    const normal = placed.map(
      (each, d) =>
        ((each - mean) / Math.sqrt(variance + 1e-5)) * (read('norm.weight')[d] as number) +
        (read('norm.bias')[d] as number),
    );
    return linear('pred', normal);
  });
  tf.tidy(() => {
    const positions = tf.tensor2d([[3, 0]], [1, 2], 'int32');
    const tokens = tf.tensor3d([visible.map((each) => [...each])]);
    const got = decoder.apply(tokens, positions, 4, { mode: 'eval' });
    expectClose(got, { shape: [1, 4, 2], data: wanted }, { absolute: 1e-5 });
  });
  expect(new Set(wanted.map((each) => each.toFixed(3))).size).toBe(8);
  decoder.dispose();
});
