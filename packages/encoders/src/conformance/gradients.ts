import * as tf from '@tensorflow/tfjs-core';
import { largest, numbersOf, restore, slopeProblem, snapshot } from '@halp/nn/conformance';
import { createRandom } from '@halp/random';
import {
  type Check,
  type EncoderSubject,
  featuresOf,
  type Mode,
  passOf,
  randomClips,
  withEncoder,
} from './case.ts';

/** A gradient this small relative to the largest one is a rounding error. */
const NEGLIGIBLE = 1e-6;
/** The name of the clips among the variables. */
const CLIPS = 'the clips';

/** A loss of the features of an encoder. */
interface Trial {
  /** The parameters, and the clips as a variable under {@link CLIPS}. */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  readonly loss: (mode: Mode) => tf.Scalar;
  /** Σ|terms of the loss|, approximately. */
  readonly scale: number;
}

type Gradients = Readonly<Record<string, Float32Array | undefined>>;

const reachEverything: Check = (subject) =>
  withTrial(subject, async (trial) => {
    const [train, evaluation] = [
      await gradientsOf(trial, 'train'),
      await gradientsOf(trial, 'eval'),
    ];
    for (const [mode, gradients] of [
      ['train', train],
      ['eval', evaluation],
    ] as const) {
      for (const [name, gradient] of Object.entries(gradients)) {
        if (gradient !== undefined && !Number.isFinite(largest(gradient))) {
          return `expected a finite gradient of ${name} in ${mode} mode, got ${largest(gradient)}; guard divisions and roots near 0`;
        }
      }
    }
    const sizeOf = (name: string): number =>
      Math.max(...[train, evaluation].map((all) => largest(all[name] ?? new Float32Array())));
    const names = Object.keys(trial.variables);
    const most = Math.max(...names.map(sizeOf));
    const declared = subject.withoutEffect ?? [];
    const without = names.filter((name) => !(sizeOf(name) > NEGLIGIBLE * most));
    const wrong = declared.filter((name) => !without.includes(name));
    if (wrong.length > 0) {
      return `expected no gradient of ${wrong.join(', ')}, which withoutEffect names, got one; remove parameters that have one, and names that are not parameters, from the list`;
    }
    const dead = without.filter((name) => !declared.includes(name));
    return dead.length === 0
      ? undefined
      : `expected a gradient of everything that apply reads, got none of ${dead.join(', ')}; ` +
          'use every parameter in apply through differentiable operations, list it among the buffers, or in withoutEffect if it has no effect in theory';
  });

const slopesInTrain: Check = (subject) =>
  withTrial(subject, async (trial) =>
    slopesProblem(trial, 'train', await gradientsOf(trial, 'train'), Object.keys(trial.variables)),
  );

/** Checks the clips and the parameters that have no gradient in `train` mode. */
const slopesInEval: Check = (subject) =>
  withTrial(subject, async (trial) => {
    const train = await gradientsOf(trial, 'train');
    const sizes = Object.values(train).map((each) => largest(each ?? new Float32Array()));
    const names = Object.entries(train)
      .filter(
        ([, each]) => !(largest(each ?? new Float32Array()) > NEGLIGIBLE * Math.max(...sizes)),
      )
      .map(([name]) => name);
    return slopesProblem(trial, 'eval', await gradientsOf(trial, 'eval'), [CLIPS, ...names]);
  });

async function slopesProblem(
  trial: Trial,
  mode: Mode,
  gradients: Gradients,
  names: readonly string[],
): Promise<string | undefined> {
  const wrong: string[] = [];
  for (const [i, name] of names.entries()) {
    const variable = trial.variables[name] as tf.Variable;
    const gradient = gradients[name] ?? new Float32Array(variable.size);
    const { loss, scale } = trial;
    const problem = await slopeProblem({ variable, gradient, loss: () => loss(mode), scale }, i);
    if (problem !== undefined) wrong.push(`${name} (${problem})`);
  }
  return wrong.length === 0
    ? undefined
    : `expected gradients that agree with central differences in ${mode} mode, got others of ${wrong.join(', ')}; ` +
        'compare the custom gradients in apply with their formulas';
}

/** The result of `work` with an encoder whose running statistics match its clips. */
function withTrial<T>(subject: EncoderSubject, work: (trial: Trial) => Promise<T>): Promise<T> {
  return withEncoder(subject, async (encoder) => {
    const clips = tf.tidy(() => tf.variable(randomClips(subject, 3, 1)));
    for (let i = 0; i < 10; i++) encoder.apply(clips, passOf('train')).dispose();
    const buffers = await snapshot(encoder.buffers);
    const features = await featuresOf(encoder, clips, 'eval');
    const rng = createRandom(3);
    const weights = tf.tensor1d(features.map(() => rng.normal()));
    try {
      return await work({
        variables: { [CLIPS]: clips, ...encoder.params },
        loss: (mode) => {
          // Train mode may use the buffers.
          restore(encoder.buffers, buffers);
          return tf.tidy(() =>
            tf.sum(tf.mul(tf.reshape(encoder.apply(clips, passOf(mode)), [-1]), weights)),
          );
        },
        scale: features.reduce((sum, each) => sum + Math.abs(each), 0),
      });
    } finally {
      tf.dispose([clips, weights]);
    }
  });
}

/** The gradients of the loss by name; undefined if the loss does not depend on the variable. */
async function gradientsOf({ variables, loss }: Trial, mode: Mode): Promise<Gradients> {
  const { value, grads } = tf.variableGrads(() => loss(mode), Object.values(variables));
  value.dispose();
  const gradients: Record<string, Float32Array | undefined> = {};
  for (const [name, variable] of Object.entries(variables)) {
    const gradient = grads[variable.name] as tf.Tensor | null | undefined;
    gradients[name] = gradient ? await numbersOf(gradient) : undefined;
  }
  return gradients;
}

/** The requirements for gradients. */
export const gradientChecks: Readonly<Record<string, Check>> = {
  'has finite, non-zero gradients of the clips and every parameter': reachEverything,
  'has gradients that agree with central differences in train mode': slopesInTrain,
  'has gradients that agree with central differences in eval mode': slopesInEval,
};
