/** The computations that the browser test compares with Node: bundled for a page, like a user's program. */
import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, startBackend } from '@halp/backend';
import { biGru, withHead } from '@halp/encoders';
import { type NdArray, parseSafetensors } from '@halp/files';
import { linear, type Params } from '@halp/nn';
import { hallucinate, type PositiveDraws } from '@halp/positives';
import { createRandom, type Random } from '@halp/random';
import { buildTraining, type Recipe, syntheticHalp } from '@halp/recipes';
import { gradientStep } from '@halp/train';

/** Numbers by name, as passed from a page to Node. */
export type Named = Readonly<Record<string, readonly number[]>>;

/** The results of the computations, with their backend. */
export interface Work {
  readonly backend: string;
  /** The features of the golden BiGRU in `eval` mode, the output of its head in `train` mode, and golden positives. */
  readonly golden: Named;
  /** The losses of a step of HaLP, and every variable after the step. */
  readonly step: Named;
  /** The number of tensors left. */
  readonly left: number;
}

/** The golden files, in base64. */
export interface GoldenFiles {
  readonly bigru: string;
  readonly generator: string;
}

/** HaLP on MoCo from the first step. */
const recipe: Recipe = {
  ...syntheticHalp,
  encoder: { kind: 'bigru', hidden: 16, layers: 2, direction: 'stepwise' },
  head: { hidden: 16, outputs: 8 },
  batchSize: 8,
  objective: {
    ...syntheticHalp.objective,
    ...{ kind: 'halp', queueSize: 16, newest: 16, prototypes: 4, count: 5, fromEpoch: 0 },
  } as Recipe['objective'],
};

/** Starts a backend and computes. */
export async function work(
  prefer: BackendName,
  files: GoldenFiles,
  wasmFiles?: string,
): Promise<Work> {
  await startBackend({ prefer, wasmFiles });
  const before = tf.memory().numTensors;
  const golden = { ...(await bigru(files.bigru)), ...(await generator(files.generator)) };
  const step = await oneStep();
  return { backend: tf.getBackend(), golden, step, left: tf.memory().numTensors - before };
}

/** The name of the backend after wasm has started, or the error. */
export async function startWasm(wasmFiles?: string): Promise<string> {
  return startBackend({ prefer: 'wasm', wasmFiles }).then(
    ({ name }) => name,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

function arraysOf(base64: string): (name: string) => NdArray {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { tensors } = parseSafetensors(bytes, 'golden');
  return (name) => tensors[name] as NdArray;
}

function tensorOf({ data, shape }: NdArray): tf.Tensor {
  return tf.tensor(Float32Array.from(data as Float64Array), [...shape]);
}

async function bigru(file: string): Promise<Named> {
  const get = arraysOf(file);
  const encoder = biGru({ joints: 25, hidden: 10 }, createRandom(0));
  const network = withHead(encoder, linear({ inputs: 20, outputs: 16 }, createRandom(1)));
  const assign = (variables: Params): void => {
    for (const [name, variable] of Object.entries(variables)) {
      if (variable.dtype !== 'float32') continue;
      tf.tidy(() => variable.assign(tensorOf(get(name.replaceAll('.', '__')))));
    }
  };
  assign(network.params);
  assign(network.buffers);
  const results = tf.tidy(() => {
    const rows: tf.Tensor = tensorOf(get('x'));
    const [n, t] = rows.shape as [number, number];
    const frames: tf.Tensor5D = tf.reshape(rows, [n, t, 25, 3, 2]);
    const clips = tf.transpose(frames, [0, 3, 1, 2, 4]);
    const outTrain = network.apply(clips, { mode: 'train', rng: createRandom(0) });
    return { out_train: outTrain, feature_eval: encoder.apply(clips, { mode: 'eval' }) };
  });
  network.dispose();
  return numbersOf(results);
}

async function generator(file: string): Promise<Named> {
  const get = arraysOf(file);
  const results = tf.tidy(() => {
    const [anchors, prototypes] = [tensorOf(get('anchor')), tensorOf(get('prototypes'))];
    const draws: PositiveDraws = {
      shape: [6, 11],
      target: Int32Array.from(get('target').data as BigInt64Array, Number),
      uniform: Float32Array.from(get('uniform').data as Float64Array),
      margin: 0,
    };
    const { positives } = hallucinate(anchors as tf.Tensor2D, prototypes as tf.Tensor2D, {}, draws);
    return { positives };
  });
  return numbersOf(results);
}

async function oneStep(): Promise<Named> {
  const rng = createRandom(5);
  const training = buildTraining(recipe, rng);
  const input = { query: noise(rng.fork('query')), key: noise(rng.fork('key')) };
  const context = { epoch: 0, iteration: 0, step: 0, samples: 1000 };
  await training.objective.beforeStep?.(context);
  const losses = gradientStep(training.objective, input, training.optimizer, 0.05, context, rng);
  await training.objective.afterStep(context);
  const { objective, optimizer } = training;
  const after: Record<string, tf.Tensor> = { ...losses };
  const groups = { parameter: objective.params, state: objective.state, velocity: optimizer.state };
  for (const [group, variables] of Object.entries(groups))
    for (const [name, variable] of Object.entries(variables))
      after[`${group} ${name}`] = tf.clone<tf.Tensor>(variable);
  const numbers = await numbersOf(after);
  tf.dispose(input);
  training.dispose();
  return numbers;
}

function noise(rng: Random): tf.Tensor5D {
  const shape: [number, number, number, number, number] = [8, 3, 6, 25, 2];
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => rng.normal());
  return tf.tensor(values, shape);
}

/** The values of tensors, which are then disposed. */
async function numbersOf(tensors: Readonly<Record<string, tf.Tensor>>): Promise<Named> {
  const named: Record<string, readonly number[]> = {};
  for (const [name, tensor] of Object.entries(tensors)) named[name] = [...(await tensor.data())];
  tf.dispose(tensors);
  return named;
}
