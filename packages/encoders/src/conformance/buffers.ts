import * as tf from '@tensorflow/tfjs-core';
import { loadLayerInto, type Pass, saveLayer } from '@halp/nn';
import { changedBetween, difference, snapshot } from '@halp/nn/conformance';
import { type Check, featuresOf, randomClips, variablesOf, withEncoder } from './case.ts';

const evalChangesNothing: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const before = await snapshot(variablesOf(encoder));
    const clips = randomClips(subject, 3, 1);
    await featuresOf(encoder, clips, 'eval');
    clips.dispose();
    const changed = changedBetween(before, await snapshot(variablesOf(encoder)));
    return changed.length === 0
      ? undefined
      : `expected that eval mode changes nothing, got other numbers in ${changed.join(', ')}; change buffers in train mode only`;
  });

const trainChangesBuffersOnly: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const before = await snapshot(encoder.params);
    const clips = randomClips(subject, 3, 1);
    await featuresOf(encoder, clips, 'train');
    clips.dispose();
    const changed = changedBetween(before, await snapshot(encoder.params));
    return changed.length === 0
      ? undefined
      : `expected that only an optimizer changes params, got other numbers in ${changed.join(', ')}; list variables that apply changes in buffers`;
  });

const modesDiffer: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const clips = randomClips(subject, 3, 1);
    const shifted = tf.tidy(() => tf.add<tf.Tensor5D>(tf.mul(randomClips(subject, 3, 2), 3), 2));
    const start = await snapshot(encoder.buffers);
    const before = await featuresOf(encoder, clips, 'eval');
    const train = await featuresOf(encoder, shifted, 'train');
    const changed = changedBetween(start, await snapshot(encoder.buffers));
    const after = await featuresOf(encoder, clips, 'eval');
    const otherDraws = await featuresOf(encoder, shifted, 'train', 1);
    const shiftedEval = await featuresOf(encoder, shifted, 'eval');
    tf.dispose([clips, shifted]);
    if (changed.length > 0) {
      return difference(before, after) > 0
        ? undefined
        : `expected that eval mode uses the buffers that train mode changes (${changed.join(', ')}), got the same features before and after; ` +
            'read the buffers in eval mode';
    }
    // Dropout and masks make train mode another function.
    if (difference(train, otherDraws) > 0) return undefined;
    const apart = difference(train, shiftedEval);
    return apart <= 1e-4
      ? undefined
      : `expected the same features in both modes of an encoder that draws nothing and whose buffers never change, got ${apart} of their size apart; ` +
          'keep statistics of training in buffers for eval mode';
  });

const refusesOtherPasses: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const before = await snapshot(variablesOf(encoder));
    const clips = randomClips(subject, 3, 1);
    try {
      for (const pass of [undefined, 'train', { mode: 'Eval' }, { mode: 'train' }]) {
        let thrown: unknown;
        try {
          // As a caller in plain JavaScript may.
          tf.tidy(() => encoder.apply(clips, pass as unknown as Pass));
        } catch (error) {
          thrown = error;
        }
        if (!(thrown instanceof TypeError)) {
          return (
            `expected a TypeError for the pass ${JSON.stringify(pass) ?? 'undefined'}, got ${thrown instanceof Error ? thrown.message : 'features'}; ` +
            'begin apply with expectPass of @halp/nn'
          );
        }
      }
    } finally {
      clips.dispose();
    }
    const changed = changedBetween(before, await snapshot(variablesOf(encoder)));
    return changed.length === 0
      ? undefined
      : `expected that a rejected pass changes nothing, got other numbers in ${changed.join(', ')}; begin apply with expectPass of @halp/nn`;
  });

const namesAreUsable: Check = (subject) =>
  withEncoder(subject, async ({ params, buffers }) => {
    const twice = Object.keys(params).filter((name) => Object.hasOwn(buffers, name));
    if (twice.length > 0) {
      return `expected distinct names in params and buffers, got ${twice.join(', ')} in both; list each variable once`;
    }
    if (Object.keys(params).length === 0) {
      return 'expected params to train, got none; list every trainable variable in params';
    }
    const all = [...Object.values(params), ...Object.values(buffers)];
    if (new Set(all).size < all.length) {
      return 'expected each variable under one name, got one under several; list each variable once';
    }
    const wrong = Object.keys(params).filter((name) => params[name]?.dtype !== 'float32');
    return Promise.resolve(
      wrong.length === 0
        ? undefined
        : `expected params of float32, got another type in ${wrong.join(', ')}; make them buffers`,
    );
  });

const survivesAFile: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const clips = randomClips(subject, 3, 1);
    await featuresOf(encoder, clips, 'train');
    const bytes = await saveLayer(encoder);
    const wanted = await featuresOf(encoder, clips, 'eval');
    const got = await withEncoder(
      subject,
      async (other) => {
        loadLayerInto(other, bytes, 'encoder.safetensors');
        return featuresOf(other, clips, 'eval');
      },
      2,
    );
    clips.dispose();
    const apart = difference(wanted, got);
    return apart === 0
      ? undefined
      : `expected the same features after saving and loading, got ${apart} of their size apart; list everything that apply reads in params or buffers`;
  });

/** The requirements for variables. */
export const bufferChecks: Readonly<Record<string, Check>> = {
  'names every variable once': namesAreUsable,
  'changes nothing in eval mode': evalChangesNothing,
  'changes no parameter in train mode': trainChangesBuffersOnly,
  'uses in eval mode the buffers that train mode changes': modesDiffer,
  "rejects passes other than { mode: 'eval' } and { mode: 'train', rng }": refusesOtherPasses,
  'gives the same features after saving and loading': survivesAFile,
};
