import * as tf from '@tensorflow/tfjs-core';
import type { Encoder } from '@halp/encoders';
import { kinectV1, type Layout } from '@halp/skeleton';

/** A small tree: joints 0 and 2 are children of the root 1, joint 3 is a child of joint 2. */
export const fourJoints: Layout = {
  ...kinectV1,
  joints: ['a', 'root', 'b', 'c'],
  root: 1,
  bones: [
    [0, 1],
    [2, 1],
    [3, 2],
  ],
};

/**
 * The layer with random numbers in the variables whose name matches. The networks' initial scales and shifts (0, 1e-6)
 * would hide errors in the layers before them.
 */
export function awake<Of extends { readonly params: Readonly<Record<string, tf.Variable>> }>(
  layer: Of,
  names: RegExp,
): Of {
  tf.tidy(() => {
    Object.entries(layer.params)
      .filter(([name]) => names.test(name))
      .forEach(([, variable], i) => {
        variable.assign(tf.randomNormal(variable.shape, 0, 1, 'float32', i + 1));
      });
  });
  return layer;
}

/** The encoder with its parameters without effect listed as buffers, as the conformance suite expects. */
export function withoutEffect(encoder: Encoder, names: RegExp): Encoder {
  const all = Object.entries(encoder.params);
  return {
    ...encoder,
    params: Object.fromEntries(all.filter(([name]) => !names.test(name))),
    buffers: {
      ...encoder.buffers,
      ...Object.fromEntries(all.filter(([name]) => names.test(name))),
    },
  };
}

/** The values of a variable. */
export function read(
  { params }: { readonly params: Readonly<Record<string, tf.Variable>> },
  name: string,
): Float32Array {
  const variable = params[name];
  if (variable === undefined) throw new RangeError(`no parameter '${name}'`);
  return variable.dataSync<'float32'>();
}
