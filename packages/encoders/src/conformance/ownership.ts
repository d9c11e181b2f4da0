import * as tf from '@tensorflow/tfjs-core';
import { changedBetween, snapshot } from '@halp/nn/conformance';
import { createRandom } from '@halp/random';
import { type Check, passOf, randomClips, variablesOf, withEncoder } from './case.ts';

const count = (): number => tf.memory().numTensors;

const makesItsVariablesOnly: Check = async ({ make }) => {
  const before = count();
  const encoder = make(createRandom(1));
  const own = Object.keys(variablesOf(encoder)).length;
  const made = count() - before;
  encoder.dispose();
  const left = count() - before;
  if (made !== own) {
    return (
      `expected as many tensors after make as there are params and buffers, ${own}, got ${made}; ` +
      'list every variable, and dispose the tensors that it was made from'
    );
  }
  return Promise.resolve(
    left === 0
      ? undefined
      : `expected that dispose leaves no tensor, got ${left}; dispose all params and buffers`,
  );
};

const leavesClips: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const clips = tf.tidy(() => tf.variable(randomClips(subject, 3, 1)));
    const before = await snapshot({ clips });
    for (const mode of ['train', 'eval'] as const) {
      encoder.apply(clips, passOf(mode)).dispose();
      if (clips.isDisposed) {
        return `expected that apply keeps its clips, got them disposed in ${mode} mode; dispose only tensors that apply created`;
      }
    }
    const changed = changedBetween(before, await snapshot({ clips }));
    clips.dispose();
    return changed.length === 0
      ? undefined
      : 'expected that apply keeps its clips, got other numbers in them; do not assign to an input';
  });

const leavesNothingElse: Check = (subject) =>
  withEncoder(subject, async (encoder) => {
    const clips = randomClips(subject, 3, 1);
    try {
      for (const mode of ['train', 'eval'] as const) {
        const before = count();
        encoder.apply(clips, passOf(mode)).dispose();
        const left = count() - before;
        if (left !== 0) {
          return (
            `expected one tensor of apply in ${mode} mode, the features, got ${left + 1}; ` +
            'wrap the body of apply in tf.tidy'
          );
        }
        const variables = Object.values(encoder.params);
        const { value, grads } = tf.variableGrads(
          () => tf.tidy(() => tf.sum(encoder.apply(clips, passOf(mode)))),
          variables,
        );
        tf.dispose([value, ...Object.values(grads)]);
        const kept = count() - before;
        if (kept !== 0) {
          return (
            `expected that a gradient in ${mode} mode leaves no tensor, got ${kept}; ` +
            'wrap the body of apply in tf.tidy, and pass the tensors that a custom gradient keeps to its save function'
          );
        }
      }
      return await Promise.resolve(undefined);
    } finally {
      clips.dispose();
    }
  });

/** The requirements for tensors. */
export const ownershipChecks: Readonly<Record<string, Check>> = {
  'creates only its variables, and disposes them': makesItsVariablesOnly,
  'does not change or dispose its clips': leavesClips,
  'leaves no tensor behind, with and without a gradient': leavesNothingElse,
};
