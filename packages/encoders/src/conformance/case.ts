import * as tf from '@tensorflow/tfjs-core';
import { mergeParams, type Params, type Pass } from '@halp/nn';
import { numbersOf } from '@halp/nn/conformance';
import { createRandom, type Random } from '@halp/random';
import type { Encoder } from '../encoder.ts';

/** An encoder to test, and its declared properties. */
export interface EncoderSubject {
  /** The name of its tests. */
  readonly name: string;
  /** Makes a new encoder, with equal variables for equal random streams. */
  readonly make: (rng: Random) => Encoder;
  /** The size of its clips `[N, C, T, V, M]`. */
  readonly clips: {
    /** C. */
    readonly channels: number;
    /** V. */
    readonly joints: number;
    /** M. */
    readonly persons: number;
    /** T of the test clips. */
    readonly frames: number;
  };
  /** Whether swapping persons keeps the feature (`invariant`) or changes it (`sensitive`). */
  readonly personOrder: 'invariant' | 'sensitive';
  /**
   * Names of parameters that have no effect in theory, such as a bias that a softmax cancels; the suite requires that
   * they have no gradient. Default: none.
   */
  readonly withoutEffect?: readonly string[];
}

export type Mode = Pass['mode'];

/** Returns a problem (the expected and the actual behaviour, and what to do), or undefined. */
export type Check = (subject: EncoderSubject) => Promise<string | undefined>;

/** Standard normal clips `[count, C, T, V, M]`, owned by the caller. */
export function randomClips({ clips }: EncoderSubject, count: number, seed: number): tf.Tensor5D {
  const { channels, frames, joints, persons } = clips;
  const shape: [number, number, number, number, number] = [
    count,
    channels,
    frames,
    joints,
    persons,
  ];
  const rng = createRandom(seed);
  return tf.tensor5d(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => rng.normal()),
    shape,
  );
}

/** The result of `work` with a new encoder, which is disposed afterwards. */
export async function withEncoder<T>(
  { make }: EncoderSubject,
  work: (encoder: Encoder) => Promise<T>,
  seed = 1,
): Promise<T> {
  const encoder = make(createRandom(seed));
  try {
    return await work(encoder);
  } finally {
    encoder.dispose();
  }
}

/** A pass in a mode; in `train` mode with the stream of the seed, so that dropout masks are the same at each call. */
export function passOf(mode: Mode, seed = 0): Pass {
  return mode === 'eval' ? { mode } : { mode, rng: createRandom(seed) };
}

/** The features of clips as an array. */
export async function featuresOf(
  encoder: Encoder,
  clips: tf.Tensor5D,
  mode: Mode,
  seed = 0,
): Promise<Float32Array> {
  return numbersOf(tf.tidy(() => encoder.apply(clips, passOf(mode, seed))));
}

/** Every variable, by name. */
export function variablesOf({ params, buffers }: Encoder): Params {
  return mergeParams(params, buffers);
}
