import * as tf from '@tensorflow/tfjs-core';
import {
  changedBetween,
  difference,
  largest,
  numbersOf,
  restore,
  snapshot,
} from '@halp/nn/conformance';
import { type Check, featuresOf, passOf, randomClips, variablesOf, withEncoder } from './case.ts';

/** Rounding differences of sums in another order. */
const ROUNDING = 1e-4;

const givesFeatures: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const { featureSize } = encoder;
    if (!(Number.isSafeInteger(featureSize) && featureSize > 0)) {
      return `expected featureSize to be a positive integer, got ${featureSize}`;
    }
    for (const [count, mode] of [
      [1, 'eval'],
      [3, 'eval'],
      [3, 'train'],
    ] as const) {
      const clips = randomClips(subject, count, 1);
      const features = tf.tidy(() => encoder.apply(clips, passOf(mode)));
      const { shape, dtype } = features;
      const size = largest(await numbersOf(features));
      clips.dispose();
      if (!tf.util.arraysEqual(shape, [count, featureSize]) || dtype !== 'float32') {
        return (
          `expected float32 features [N, featureSize] = [${count}, ${featureSize}] in ${mode} mode, got ${dtype} ` +
          `[${shape.join(', ')}]; return one row for each clip and set featureSize to its length`
        );
      }
      if (!Number.isFinite(size)) return `expected finite features in ${mode} mode, got ${size}`;
      if (size === 0) return `expected features that are not all zero in ${mode} mode, got zeros`;
    }
    return undefined;
  });

const readsTheClip: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const clips = [randomClips(subject, 2, 1), randomClips(subject, 2, 2)] as const;
    const [a, b] = [
      await featuresOf(encoder, clips[0], 'eval'),
      await featuresOf(encoder, clips[1], 'eval'),
    ];
    tf.dispose([...clips]);
    return difference(a, b) > ROUNDING
      ? undefined
      : 'expected other features for other clips, got the same; let the feature depend on the clip';
  });

const refusesOtherShapes: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const { channels, frames, joints, persons } = subject.clips;
    for (const shape of [
      [1, channels + 1, frames, joints, persons],
      [1, channels, frames, joints + 1, persons],
      [1, channels, frames, joints, persons + 1],
      [1, channels, 0, joints, persons],
    ] as const) {
      const clips = tf.zeros<tf.Rank.R5>([...shape]);
      let thrown: unknown;
      try {
        tf.tidy(() => encoder.apply(clips, passOf('eval')));
      } catch (error) {
        thrown = error;
      }
      clips.dispose();
      if (!(thrown instanceof RangeError || thrown instanceof TypeError)) {
        return (
          `expected a RangeError for clips [${shape.join(', ')}], got ${thrown instanceof Error ? thrown.message : 'features'}; ` +
          'check the shape of the clips against the options first, and name both'
        );
      }
    }
    return Promise.resolve(undefined);
  });

const isReproducible: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const start = await snapshot(variablesOf(encoder));
    const clips = randomClips(subject, 3, 1);
    const twin = await withEncoder(subject, async (other) => ({
      changed: changedBetween(start, await snapshot(variablesOf(other))),
      eval: await featuresOf(other, clips, 'eval'),
    }));
    const otherSeed = await withEncoder(subject, (other) => featuresOf(other, clips, 'eval'), 2);
    const first = await featuresOf(encoder, clips, 'eval');
    const again = await featuresOf(encoder, clips, 'eval');
    const train = await featuresOf(encoder, clips, 'train');
    restore(encoder.buffers, start);
    const trainAgain = await featuresOf(encoder, clips, 'train');
    clips.dispose();
    if (twin.changed.length > 0) {
      return (
        `expected the same variables for the same seed, got others in ${twin.changed.join(', ')}; ` +
        'draw every initial value from the rng argument'
      );
    }
    if (difference(first, twin.eval) > 0 || difference(first, again) > 0) {
      return (
        'expected the same features for the same clips in eval mode, got others; ' +
        'keep all state in buffers and draw no random numbers'
      );
    }
    if (difference(train, trainAgain) > 0) {
      return (
        'expected the same features for the same clips, buffers and stream in train mode, got others; ' +
        'draw everything random from the rng of the pass'
      );
    }
    return difference(first, otherSeed) > 0
      ? undefined
      : 'expected other features for another seed, got the same; draw initial values from the rng';
  });

const clipsAreIndependent: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const clips = randomClips(subject, 3, 1);
    const all = await featuresOf(encoder, clips, 'eval');
    const alone: number[] = [];
    for (const one of tf.split<tf.Tensor5D>(clips, 3)) {
      alone.push(...(await featuresOf(encoder, one, 'eval')));
      one.dispose();
    }
    clips.dispose();
    const apart = difference(all, Float32Array.from(alone));
    return apart <= ROUNDING
      ? undefined
      : `expected the same features of a clip alone and in a batch in eval mode, got ${apart} of their size apart; ` +
          'use running statistics in eval mode, not those of the batch';
  });

const personOrderHolds: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    if (subject.clips.persons === 1) return undefined;
    const clips = randomClips(subject, 3, 1);
    const swapped: tf.Tensor5D = tf.reverse(clips, 4);
    const apart = difference(
      await featuresOf(encoder, clips, 'eval'),
      await featuresOf(encoder, swapped, 'eval'),
    );
    tf.dispose([clips, swapped]);
    const invariant = apart <= ROUNDING;
    if (invariant === (subject.personOrder === 'invariant')) return undefined;
    return invariant
      ? `expected other features for swapped persons, got the same; declare personOrder 'invariant'`
      : `expected the same features for swapped persons, got ${apart} of their size apart; ` +
          `average over persons, or declare personOrder 'sensitive'`;
  });

const handlesAbsentPersons: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const { channels, frames, joints, persons } = subject.clips;
    for (const [present, mode] of [
      [persons - 1, 'train'],
      [persons - 1, 'eval'],
      [0, 'train'],
      [0, 'eval'],
    ] as const) {
      const clips = tf.tidy(() => {
        const all = randomClips(subject, 3, 1);
        const some: tf.Tensor5D = tf.slice(
          all,
          [0, 0, 0, 0, 0],
          [3, channels, frames, joints, present],
        );
        return tf.pad<tf.Tensor5D>(some, [
          [0, 0],
          [0, 0],
          [0, 0],
          [0, 0],
          [0, persons - present],
        ]);
      });
      const size = largest(await featuresOf(encoder, clips, mode));
      clips.dispose();
      if (!Number.isFinite(size)) {
        return (
          `expected finite features in ${mode} mode where ${persons - present} of ${persons} persons are zeros, got ${size}; ` +
          'guard divisions by a norm or a deviation'
        );
      }
    }
    return undefined;
  });

/** The requirements for features. */
export const outputChecks: Readonly<Record<string, Check>> = {
  'gives one finite feature of featureSize numbers for each clip': givesFeatures,
  'gives other features for other clips': readsTheClip,
  'refuses clips of another shape': refusesOtherShapes,
  'is equal for equal seeds, and gives the same features again': isReproducible,
  'gives a clip the same feature in eval mode in any batch': clipsAreIndependent,
  'treats the order of persons as declared': personOrderHolds,
  'gives finite features for persons of zeros': handlesAbsentPersons,
};
