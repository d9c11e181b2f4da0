import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { FormatError, formatSafetensors } from '@halp/files';
import { stateArrays } from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  buildEncoder,
  type EncoderFile,
  formatEncoderFile,
  parseEncoderFile,
  type Recipe,
  syntheticMoco,
} from '@halp/recipes';
import { expectClose, expectNoLeak, onEachBackend } from '@halp/testing';

const recipe: Recipe = {
  ...syntheticMoco,
  name: 'small',
  encoder: { kind: 'bigru', hidden: 3, layers: 1, direction: 'stepwise' },
};
const manifest: EncoderFile['manifest'] = {
  format: 1,
  name: 'small',
  recipe,
  seed: 4,
  ...{ data: {}, software: {}, machine: {}, startedAt: '2026-01-01T00:00:00Z' },
};
const clips = (): tf.Tensor5D => {
  const rng = createRandom(1);
  const numbers = Float32Array.from({ length: 2 * 3 * 5 * 25 * 2 }, () => rng.normal());
  return tf.tensor5d(numbers, [2, 3, 5, 25, 2]);
};

onEachBackend(() => {
  describe('an encoder in a file', () => {
    const written = async (
      change: Partial<Omit<EncoderFile, 'recipe'>> = {},
    ): Promise<Uint8Array> => {
      const encoder = buildEncoder(recipe, createRandom(4));
      try {
        return await formatEncoderFile({
          ...{ encoder, stream: 'joint', manifest, epoch: 30 },
          ...change,
        });
      } finally {
        encoder.dispose();
      }
    };

    it('is read back as the same encoder with its origin, and leaks nothing', async () => {
      const bytes = await written();
      const encoder = buildEncoder(recipe, createRandom(4));
      const x = clips();
      const expected = encoder.apply(x, { mode: 'eval' });
      await expectNoLeak(async () => {
        const file = parseEncoderFile(bytes, 'e.safetensors');
        expect(file).toMatchObject({ stream: 'joint', epoch: 30, manifest });
        expect(file.recipe).toEqual(JSON.parse(JSON.stringify(recipe)));
        const features = file.encoder.apply(x, { mode: 'eval' });
        expectClose(features, expected, { absolute: 0 });
        features.dispose();
        file.encoder.dispose();
      });
      tf.dispose([x, expected]);
      encoder.dispose();
    });

    it('computes its stream from joints', async () => {
      const [joint, motion] = [
        parseEncoderFile(await written(), 'joint'),
        parseEncoderFile(await written({ stream: 'motion' }), 'motion'),
      ];
      const x = clips();
      // A constant pose: the motion is zero everywhere, so the feature does not depend on the pose.
      const held = tf.tidy(() => {
        const pose = tf.slice(x, [0, 0, 0, 0, 0], [2, 3, 1, 25, 2]);
        return tf.tile<tf.Tensor5D>(pose, [1, 1, 5, 1, 1]);
      });
      const zeros = tf.zeros<tf.Rank.R5>(x.shape);
      const still = joint.encoder.apply(zeros, { mode: 'eval' });
      const features = motion.encoder.apply(held, { mode: 'eval' });
      expectClose(features, still, { absolute: 1e-6 });
      tf.dispose([x, held, zeros, still, features]);
      joint.encoder.dispose();
      motion.encoder.dispose();
    });
  });
});

describe('a file that is not an encoder', () => {
  it.each([
    ['without a manifest', {}, 'expected the manifest of a run in the metadata, got none'],
    ['with a manifest that is none', { manifest: '[]' }, 'expected a run folder of format 1'],
    [
      'without a layout',
      { manifest: JSON.stringify({ ...manifest, recipe: { ...recipe, data: {} } }) },
      'recipe small: data.layout: expected one of kinect-v1, ',
    ],
    [
      'with a part of the recipe that is not the encoder misspelt',
      { manifest: JSON.stringify({ ...manifest, recipe: { ...recipe, epoch: 7 } }) },
      'recipe small: epoch: expected a field among name, data, ',
    ],
    [
      'of a module',
      {
        manifest: JSON.stringify({
          ...manifest,
          recipe: { ...recipe, encoder: { kind: 'module', module: 'x', options: {} } },
        }),
      },
      'recipe small: encoder.kind: expected an encoder of these packages, got the module x',
    ],
    [
      'of no stream',
      { manifest: JSON.stringify(manifest), stream: 'touch', epoch: '1' },
      'expected the stream joint, motion or bone, got touch',
    ],
    [
      'after no number of epochs',
      { manifest: JSON.stringify(manifest), stream: 'joint', epoch: 'x' },
      'expected the epochs of training, got x',
    ],
    [
      'with other tensors',
      { manifest: JSON.stringify(manifest), stream: 'joint', epoch: '1' },
      'missing: ',
    ],
  ])('is refused %s, and nothing is left', async (_, metadata, message) => {
    await tf.setBackend('cpu');
    const bytes = formatSafetensors({}, { x: 'y', ...(metadata as Record<string, string>) });
    const before = tf.memory().numTensors;
    expect(() => parseEncoderFile(bytes, 'e.safetensors')).toThrow(FormatError);
    expect(() => parseEncoderFile(bytes, 'e.safetensors')).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is refused with one tensor of another shape', async () => {
    const other: Recipe = {
      ...recipe,
      encoder: { kind: 'bigru', hidden: 5, layers: 1, direction: 'stepwise' },
    };
    const encoder = buildEncoder(other, createRandom(0));
    const tensors = await stateArrays({ ...encoder.params, ...encoder.buffers });
    encoder.dispose();
    const metadata = { manifest: JSON.stringify(manifest), stream: 'joint', epoch: '1' };
    const bytes = formatSafetensors(tensors, metadata);
    expect(() => parseEncoderFile(bytes, 'e.safetensors')).toThrow(/expected shape \[9, 150\]/);
  });
});
