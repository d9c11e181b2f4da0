import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { Encoder } from '@halp/encoders';
import { type EncoderSubject, encoderViolations } from '@halp/encoders/conformance';
import { batchNorm, linear, mergeParams, ownedVariable, type Pass, prefixed } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import { onEachBackend } from '@halp/testing';

const [JOINTS, PERSONS, FEATURES] = [3, 2, 4];

/** Adds a single fault to an encoder. */
type Fault = (encoder: Encoder, rng: Random) => Encoder;

/** Mean of each coordinate of each joint over frames, batch norm, linear layer, tanh, mean over persons. */
function meanPose(rng: Random): Encoder {
  const norm = batchNorm({ features: 3 * JOINTS });
  const layer = linear({ inputs: 3 * JOINTS, outputs: FEATURES }, rng);
  return {
    params: mergeParams(prefixed('norm', norm.params), prefixed('layer', layer.params)),
    buffers: prefixed('norm', norm.buffers),
    featureSize: FEATURES,
    apply(x, pass) {
      const [clips, channels, frames, joints, persons] = x.shape;
      if (channels !== 3 || joints !== JOINTS || persons !== PERSONS || frames < 1) {
        throw new RangeError(`meanPose: expected [N, 3, T, 3, 2], got [${x.shape.join(', ')}]`);
      }
      return tf.tidy(() => {
        const poses = tf.reshape<tf.Rank.R2>(tf.transpose(tf.mean(x, 2), [0, 3, 2, 1]), [
          clips * PERSONS,
          3 * JOINTS,
        ]);
        const each = tf.tanh(layer.apply(norm.apply(poses, pass), pass));
        return tf.mean<tf.Tensor2D>(tf.reshape(each, [clips, PERSONS, FEATURES]), 1);
      });
    },
    dispose: () => {
      norm.dispose();
      layer.dispose();
    },
  };
}

/** Applies `change` to the features of the encoder. */
const after =
  (
    change: (features: tf.Tensor2D, pass: Pass, x: tf.Tensor5D, encoder: Encoder) => tf.Tensor2D,
  ): Fault =>
  (encoder) => ({
    ...encoder,
    apply: (x, pass) => tf.tidy(() => change(encoder.apply(x, pass), pass, x, encoder)),
  });

/** Adds a variable to the encoder, which apply may use. */
const withVariable =
  (
    trainable: boolean,
    change: (features: tf.Tensor2D, variable: tf.Variable) => tf.Tensor2D = (y) => y,
  ): Fault =>
  (encoder) => {
    const extra = ownedVariable(tf.ones([FEATURES]), trainable);
    const named = { extra };
    return {
      ...encoder,
      params: trainable ? { ...encoder.params, ...named } : encoder.params,
      buffers: trainable ? encoder.buffers : { ...encoder.buffers, ...named },
      apply: (x, pass) => tf.tidy(() => change(encoder.apply(x, pass), extra)),
      dispose: () => {
        encoder.dispose();
        extra.dispose();
      },
    };
  };

let calls = 0;
const leaked: tf.Tensor[] = [];

const faults: Readonly<Record<string, readonly [fault: Fault, requirement: string, says: string]>> =
  {
    'reports a wrong featureSize': [
      (encoder) => ({ ...encoder, featureSize: 7 }),
      'gives one finite feature of featureSize numbers for each clip',
      'got float32 [1, 4]; return one row for each clip and set featureSize to its length',
    ],
    'returns NaN': [
      after((y) => tf.sqrt(tf.sub<tf.Tensor2D>(y, 2))),
      'gives one finite feature of featureSize numbers for each clip',
      'expected finite features in eval mode, got NaN',
    ],
    'ignores the clip': [
      after((y) => tf.onesLike(y)),
      'gives other features for other clips',
      'let the feature depend on the clip',
    ],
    'accepts clips of any shape': [
      (encoder) => ({
        ...encoder,
        apply: (x, pass) => {
          const [n, , t] = x.shape;
          if (x.shape[3] === JOINTS && x.size > 0) return encoder.apply(x, pass);
          return tf.zeros([n, t === 0 ? 1 : FEATURES]);
        },
      }),
      'refuses clips of another shape',
      'expected a RangeError for clips [1, 3, 5, 4, 2], got features; check the shape',
    ],
    'draws random numbers': [
      after((y) => tf.add(y, tf.scalar((calls += 0.1)))),
      'is equal for equal seeds, and gives the same features again',
      'keep all state in buffers and draw no random numbers',
    ],
    'ignores its seed': [
      (encoder) => {
        for (const variable of Object.values(encoder.params)) {
          tf.tidy(() => variable.assign(tf.fill(variable.shape, 0.3)));
        }
        return encoder;
      },
      'is equal for equal seeds, and gives the same features again',
      'draw initial values from the rng',
    ],
    'has different initial values on each call': [
      (encoder) => {
        const bias = encoder.params['layer.bias'] as tf.Variable;
        tf.tidy(() => bias.assign(tf.fill([FEATURES], (calls += 0.1))));
        return encoder;
      },
      'is equal for equal seeds, and gives the same features again',
      'got others in layer.bias; draw every initial value from the rng argument',
    ],
    'draws random numbers in train mode': [
      after((y, pass) => (pass.mode === 'eval' ? y : tf.mul(y, tf.scalar((calls += 0.1))))),
      'is equal for equal seeds, and gives the same features again',
      'draw everything random from the rng of the pass',
    ],
    'normalises by the batch in eval mode': [
      after((y) => tf.sub(y, tf.mul(0.5, tf.mean(y, 0)))),
      'gives a clip the same feature in eval mode in any batch',
      'use running statistics in eval mode, not those of the batch',
    ],
    'depends on the order of persons': [
      after((y, _, x) => tf.add(y, tf.mean(tf.slice(x, [0, 0, 0, 0, 0], [-1, 1, -1, -1, 1])))),
      'treats the order of persons as declared',
      `average over persons, or declare personOrder 'sensitive'`,
    ],
    'divides by the norm of a person': [
      after((y, _, x) => tf.div(y, tf.expandDims(tf.sqrt(tf.sum(tf.square(x), [1, 2, 3, 4])), 1))),
      'gives finite features for persons of zeros',
      'guard divisions by a norm or a deviation',
    ],
    'treats a missing pass as eval mode': [
      (encoder) => ({
        ...encoder,
        apply: (x, pass) => encoder.apply(x, pass ?? { mode: 'eval' }),
      }),
      "rejects passes other than { mode: 'eval' } and { mode: 'train', rng }",
      'expected a TypeError for the pass undefined, got features; begin apply with expectPass of @halp/nn',
    ],
    'updates its buffers before it checks the pass': [
      (encoder) => ({
        ...encoder,
        apply(x, pass) {
          if ((pass as Pass | undefined) === undefined)
            encoder.apply(x, { mode: 'train', rng: createRandom(0) }).dispose();
          return encoder.apply(x, pass);
        },
      }),
      "rejects passes other than { mode: 'eval' } and { mode: 'train', rng }",
      'expected that a rejected pass changes nothing, got other numbers in norm.running_mean',
    ],
    'lists a variable twice': [
      (encoder) => ({
        ...encoder,
        buffers: { ...encoder.buffers, again: encoder.params['layer.bias'] as tf.Variable },
      }),
      'names every variable once',
      'expected each variable under one name, got one under several',
    ],
    'has no parameters': [
      (encoder) => ({
        ...encoder,
        params: {},
        buffers: mergeParams(encoder.params, encoder.buffers),
      }),
      'names every variable once',
      'list every trainable variable in params',
    ],
    'changes buffers in eval mode': [
      (encoder) => ({
        ...encoder,
        apply: (x) => encoder.apply(x, { mode: 'train', rng: createRandom(0) }),
      }),
      'changes nothing in eval mode',
      'norm.running_mean, norm.running_var, norm.num_batches_tracked; change buffers in train mode only',
    ],
    'changes a parameter in train mode': [
      after((y, pass, _, { params }) => {
        const bias = params['layer.bias'] as tf.Variable;
        if (pass.mode === 'train') bias.assign(tf.mul(bias, 0.9));
        return y;
      }),
      'changes no parameter in train mode',
      'got other numbers in layer.bias; list variables that apply changes in buffers',
    ],
    'does not use its running statistics': [
      (encoder) => {
        const start = tf.tidy(() => tf.zeros([3 * JOINTS]));
        start.dispose();
        return {
          ...encoder,
          apply: (x, pass) =>
            tf.tidy(() => {
              if (pass.mode === 'train') return encoder.apply(x, pass);
              const { 'norm.running_mean': mean, 'norm.running_var': variance } = encoder.buffers;
              const kept = [tf.clone(mean as tf.Tensor), tf.clone(variance as tf.Tensor)] as const;
              mean?.assign(tf.zeros(mean.shape));
              variance?.assign(tf.ones(variance.shape));
              const y = encoder.apply(x, pass);
              mean?.assign(kept[0]);
              variance?.assign(kept[1]);
              return y;
            }),
        };
      },
      'uses in eval mode the buffers that train mode changes',
      'got the same features before and after; read the buffers in eval mode',
    ],
    'keeps its running statistics outside of its buffers': [
      (encoder) => ({ ...encoder, buffers: {} }),
      'uses in eval mode the buffers that train mode changes',
      'keep statistics of training in buffers for eval mode',
    ],
    'does not list a variable': [
      (encoder) => {
        const { 'layer.weight': hidden, ...params } = encoder.params;
        expect(hidden).toBeDefined();
        return { ...encoder, params };
      },
      'gives the same features after saving and loading',
      'list everything that apply reads in params or buffers',
    ],
    'does not use a parameter': [
      withVariable(true),
      'has finite, non-zero gradients of the clips and every parameter',
      'got none of extra; use every parameter in apply through differentiable operations',
    ],
    'stops a gradient': [
      withVariable(true, (y, extra) =>
        tf.mul(
          y,
          tf.tidy(() => tf.customGrad(() => ({ value: tf.clone(extra), gradFunc: () => [] }))()),
        ),
      ),
      'has finite, non-zero gradients of the clips and every parameter',
      'got none of extra',
    ],
    'has a wrong gradient': [
      after(
        (y) =>
          tf.customGrad((...args) => {
            const [y, save] = args as [tf.Tensor, tf.GradSaveFunc];
            const value = tf.tanh(y);
            save([value]);
            const gradFunc = (dy: tf.Tensor, [value]: tf.Tensor[]): tf.Tensor =>
              tf.mul(dy, tf.sub(1, value as tf.Tensor));
            return { value, gradFunc };
          })(y) as tf.Tensor2D,
      ),
      'has gradients that agree with central differences in train mode',
      'compare the custom gradients in apply with their formulas',
    ],
    'has a wrong gradient in eval mode': [
      after((y, pass) => {
        if (pass.mode === 'train') return y;
        return tf.customGrad((...args) => {
          const [y] = args as [tf.Tensor];
          return { value: tf.clone(y), gradFunc: (dy: tf.Tensor) => tf.mul(dy, 2) };
        })(y) as tf.Tensor2D;
      }),
      'has gradients that agree with central differences in eval mode',
      'in eval mode, got others of the clips',
    ],
    'leaks in apply': [
      (encoder) => ({
        ...encoder,
        apply: (x, pass) => {
          leaked.push(tf.scalar(1));
          return encoder.apply(x, pass);
        },
      }),
      'leaves no tensor behind, with and without a gradient',
      'expected one tensor of apply in train mode, the features, got 2; wrap the body of apply in tf.tidy',
    ],
    'leaks in its gradient': [
      after(
        (y) =>
          tf.customGrad((...args) => {
            const [y] = args as [tf.Tensor];
            const gradFunc = (dy: tf.Tensor): tf.Tensor => {
              leaked.push(tf.keep(tf.clone(dy)));
              return tf.clone(dy);
            };
            return { value: tf.clone(y), gradFunc };
          })(y) as tf.Tensor2D,
      ),
      'leaves no tensor behind, with and without a gradient',
      'pass the tensors that a custom gradient keeps to its save function',
    ],
    'leaks on creation': [
      (encoder) => {
        leaked.push(tf.scalar(1));
        return encoder;
      },
      'creates only its variables, and disposes them',
      'list every variable, and dispose the tensors that it was made from',
    ],
    'does not dispose its buffers': [
      (encoder) => ({ ...encoder, dispose: () => tf.dispose(encoder.params) }),
      'creates only its variables, and disposes them',
      'expected that dispose leaves no tensor, got 3; dispose all params and buffers',
    ],
    'changes its clips': [
      after((y, _, x) => {
        if (x instanceof tf.Variable) (x as tf.Variable).assign(tf.zerosLike(x));
        return y;
      }),
      'does not change or dispose its clips',
      'expected that apply keeps its clips, got other numbers in them',
    ],
    'disposes its clips': [
      after((y, _, x) => {
        if (x instanceof tf.Variable) x.dispose();
        return y;
      }),
      'does not change or dispose its clips',
      'dispose only tensors that apply created',
    ],
  };

function subjectWith(fault?: Fault): EncoderSubject {
  return {
    name: 'meanPose',
    make: (rng) => (fault === undefined ? meanPose(rng) : fault(meanPose(rng), rng)),
    clips: { channels: 3, joints: JOINTS, persons: PERSONS, frames: 5 },
    personOrder: 'invariant',
  };
}

/** The violated requirements of an encoder. Leaked tensors are disposed. */
async function violationsOf(subject: EncoderSubject): Promise<Readonly<Record<string, string>>> {
  const { registeredVariables } = tf.engine().state as unknown as {
    readonly registeredVariables: Readonly<Record<string, tf.Variable>>;
  };
  const before = new Set(Object.keys(registeredVariables));
  tf.engine().startScope();
  const violations = await encoderViolations(subject);
  tf.engine().endScope();
  tf.dispose(leaked.splice(0).filter((tensor) => !tensor.isDisposed));
  for (const [name, variable] of Object.entries(registeredVariables)) {
    if (!before.has(name)) variable.dispose();
  }
  return Object.fromEntries(violations.map(({ requirement, problem }) => [requirement, problem]));
}

onEachBackend(() => {
  it('reports no violation for a conforming encoder', async () => {
    expect(await violationsOf(subjectWith())).toEqual({});
  });

  it('reports an encoder that is declared sensitive to the order of persons and is invariant', async () => {
    const violations = await violationsOf({ ...subjectWith(), personOrder: 'sensitive' });
    expect(violations).toEqual({
      'treats the order of persons as declared':
        "expected other features for swapped persons, got the same; declare personOrder 'invariant'",
    });
  });

  it('accepts a parameter without effect only if it is declared in withoutEffect', async () => {
    const requirement = 'has finite, non-zero gradients of the clips and every parameter';
    const idle = subjectWith(withVariable(true));
    expect(await violationsOf({ ...idle, withoutEffect: ['extra'] })).toEqual({});
    const violations = await violationsOf({
      ...idle,
      withoutEffect: ['extra', 'layer.bias', 'leyer.bias'],
    });
    expect(violations[requirement]).toContain(
      'expected no gradient of layer.bias, leyer.bias, which withoutEffect names, got one; remove parameters that have one',
    );
  });

  it.each(Object.entries(faults))(
    'rejects an encoder that %s, and names the remedy',
    async (_, [fault, requirement, says]) => {
      const violations = await violationsOf(subjectWith(fault));
      expect(violations[requirement]).toContain(says);
    },
  );
});
