import * as tf from '@tensorflow/tfjs-core';
import { type AnchoredObjective, cmd, moco, type ViewPair } from '@halp/contrastive';
import { biGru, type EncoderWithHead, onStream, projectionHead, withHead } from '@halp/encoders';
import { type Objective, type StepContext, streamVariable } from '@halp/nn';
import { halp, type HalpOptions, halpStreams, type PositiveDraws } from '@halp/positives';
import { createRandom, type Random } from '@halp/random';
import { kinectV2, type Stream } from '@halp/skeleton';
import { golden, type GoldenCase } from '@halp/testing';

type NdArray = GoldenCase['arrays'][string];

/** A golden case with its arrays as tensors and JavaScript numbers. */
export interface Case {
  readonly meta: Readonly<Record<string, number>>;
  array(name: string): NdArray;
  numbers(name: string): number[];
  tensor(name: string): tf.Tensor;
}

export function goldenCase(name: string): Case {
  const { meta, arrays } = golden(name);
  const array = (key: string): NdArray => {
    const found = arrays[key];
    if (found === undefined) throw new RangeError(`${name} has no ${key}`);
    return found;
  };
  const cache = new Map<string, number[]>();
  const numbers = (key: string): number[] => {
    const known = cache.get(key) ?? Array.from(array(key).data, Number);
    cache.set(key, known);
    return known;
  };
  return {
    meta: meta as Record<string, number>,
    array,
    numbers,
    tensor: (key) => tf.tensor(numbers(key), [...array(key).shape]),
  };
}

/** The members that all golden models have. */
export interface GoldenObjective {
  readonly objective: Objective<ViewPair>;
  dispose(): void;
}

/** The model of the golden steps: 25 joints, 2 persons, 3 x 8 units, embeddings of length 16, 24 keys. */
export interface GoldenModel extends GoldenObjective {
  readonly base: AnchoredObjective<ViewPair>;
}

function network(stream: Stream, hidden: number): EncoderWithHead {
  const rng = createRandom(0);
  const encoder = onStream(biGru({ joints: 25, hidden }, rng), stream, kinectV2);
  const widths = { inputs: 2 * hidden, hidden: 2 * hidden, outputs: 16 };
  return withHead(encoder, projectionHead(widths, rng));
}

export function goldenModel(stream: Stream, meta: Case['meta']): GoldenModel {
  const { temperature, momentum, mu, lambda } = meta as Record<string, number>;
  const [query, key] = [network(stream, 8), network(stream, 8)];
  const base = moco(
    {
      query,
      key,
      queueSize: 24,
      dimension: 16,
      temperature: temperature as number,
      momentum: momentum as number,
    },
    createRandom(0),
  );
  const objective = halp(
    base,
    {
      weight: mu as number,
      prototypes: 6,
      newest: 24,
      count: 7,
      lambda: lambda as number,
      temperature: temperature as number,
    },
    createRandom(0),
  );
  return {
    base,
    objective,
    dispose: () => {
      for (const part of [objective, base, query, key]) part.dispose();
    },
  };
}

export const STREAMS = ['joint', 'motion', 'bone'] as const;

/** The three-stream model: 3 x 6 units per stream, embeddings of length 16, 32 keys. */
export function goldenStreams(
  meta: Case['meta'],
  options: Partial<HalpOptions> = {},
): GoldenObjective {
  const number = (name: string): number => meta[name] as number;
  const pair = (
    stream: Stream,
  ): { readonly query: EncoderWithHead; readonly key: EncoderWithHead } => ({
    query: network(stream, 6),
    key: network(stream, 6),
  });
  const streams = { joint: pair('joint'), motion: pair('motion'), bone: pair('bone') };
  const base = cmd(
    {
      streams,
      queueSize: 32,
      dimension: 16,
      temperature: number('temperature'),
      momentum: number('momentum'),
      topK: number('topk'),
      teacherTemperature: number('teacher_temperature'),
      studentTemperature: number('student_temperature'),
    },
    createRandom(0),
  );
  const objective = halpStreams(
    base,
    {
      weight: number('halp_weight'),
      prototypes: 6,
      newest: 24,
      count: number('positives'),
      lambda: number('lambda'),
      temperature: number('temperature'),
      ...options,
    },
    createRandom(0),
  );
  return {
    objective,
    dispose: () => {
      const networks = Object.values(streams).flatMap(({ query, key }) => [query, key]);
      for (const part of [objective, base, ...networks]) part.dispose();
    },
  };
}

/** Sets every variable of the objective to the array with the prefix and its name. */
export function restore(model: GoldenObjective, from: Case, prefix: string): void {
  for (const [name, variable] of Object.entries(variablesOf(model))) {
    if (/^prototypes/.test(name)) continue;
    tf.tidy(() => variable.assign(expected(from, prefix, name, variable)));
  }
}

/** The array of a variable, in the shape and dtype of the variable. */
export function expected(from: Case, prefix: string, name: string, like: tf.Tensor): tf.Tensor {
  const values = from.tensor(`${prefix}__${name.replaceAll('.', '__')}`);
  // The authors' queue is [D, K].
  const ordered = /^queue(_(motion|bone))?$/.test(name)
    ? tf.transpose(values)
    : tf.reshape(values, like.shape);
  return tf.cast(ordered, like.dtype);
}

export function variablesOf({ objective }: GoldenObjective): Record<string, tf.Variable> {
  return { ...objective.params, ...objective.state };
}

/** Sets prototypes and marks them as computed. */
export function givePrototypes(
  { objective }: GoldenObjective,
  values: readonly number[],
  stream: Stream = 'joint',
): void {
  const state = (name: string): tf.Variable | undefined =>
    objective.state[streamVariable(name, stream)];
  tf.tidy(() => {
    state('prototypes')?.assign(tf.tensor2d([...values], [6, 16]));
    state('prototypes_ready')?.assign(tf.tensor1d([1], 'int32'));
  });
}

/** A random stream that replays recorded draws; other draws throw. `fork` replaces its fork. */
export function replay(
  { target, uniform }: Pick<PositiveDraws, 'target' | 'uniform'>,
  lambda: number,
  fork?: Random['fork'],
): Random {
  const [targets, uniforms] = [target.values(), uniform.values()];
  const unexpected = (): never => {
    throw new Error('replay: expected targets and uniforms only');
  };
  const rng: Random = {
    integer: () => targets.next().value as number,
    uniform: () => (uniforms.next().value as number) / lambda,
    normal: unexpected,
    state: unexpected,
    fork: fork ?? (() => rng),
  };
  return rng;
}

/** A step inside an epoch after the warm-up, in which prototypes are not recomputed. */
export const LATE: StepContext = { epoch: 3, iteration: 1, step: 1000, samples: 64_000 };

/** A golden step of MoCo with HaLP on one stream: the model before the step, two views and the draws. */
export function goldenStep(stream: Stream): {
  readonly step: Case;
  readonly model: GoldenModel;
  readonly views: { query: tf.Tensor5D; key: tf.Tensor5D };
  readonly draws: Random;
} {
  const step = goldenCase(`moco_halp_${stream}`);
  const model = goldenModel(stream, step.meta);
  restore(model, step, 'before');
  givePrototypes(model, step.numbers('before__prototypes'));
  const views = {
    query: step.tensor('query') as tf.Tensor5D,
    key: step.tensor('key') as tf.Tensor5D,
  };
  const draws = replay(
    {
      target: Int32Array.from(step.numbers('target')),
      uniform: Float32Array.from(step.numbers('uniform')),
    },
    step.meta['lambda'] as number,
  );
  return { step, model, views, draws };
}
