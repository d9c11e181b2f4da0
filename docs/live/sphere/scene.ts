import * as tf from '@tensorflow/tfjs-core';
import {
  type Boundary,
  drawPositives,
  hallucinate,
  halpTerm,
  type PositiveDraws,
  sphericalKMeans,
} from '@halp/positives';
import { createRandom } from '@halp/random';
import { drawKeys, drawQuery } from './keys.ts';
import { dot, type Vector } from './vectors.ts';

/** The user's settings. */
export interface Settings {
  /** Seed of the keys and of all random draws. */
  readonly seed: number;
  /** P. */
  readonly prototypes: number;
  /** G. */
  readonly count: number;
  /** λ in [0, 1]. */
  readonly lambda: number;
  /** The rule that limits a positive. */
  readonly boundary: Boundary;
  /** Index of the anchor among the keys. */
  readonly anchor: number;
}

/** A hallucinated positive. */
export interface Positive {
  /** Its position. */
  readonly at: Vector;
  /** Whether it is kept: its nearest prototype is that of the anchor. */
  readonly kept: boolean;
}

/** The limit of positives towards one of the other prototypes. */
export interface Arc {
  /** The prototype. */
  readonly target: Vector;
  /** The boundary point, at t*. */
  readonly stop: Vector;
}

/** The loss and its statistics. */
export interface Term {
  /** The HaLP loss. */
  readonly loss: number;
  /** Fraction of the positives that are kept. */
  readonly kept: number;
  /** Mean angle between positive and anchor, in radians. */
  readonly angle: number;
  /** Mean of t / t*. */
  readonly hardness: number;
}

/** Everything that the page shows, computed by `@halp/positives`. */
export interface Scene extends Term {
  readonly settings: Settings;
  readonly keys: readonly Vector[];
  readonly prototypes: readonly Vector[];
  /** Index of the prototype nearest to the anchor. */
  readonly nearest: number;
  readonly key: Vector;
  readonly query: Vector;
  readonly draws: PositiveDraws;
  readonly positives: readonly Positive[];
  readonly arcs: readonly Arc[];
}

/** T, the temperature of the loss. */
export const temperature = 0.07;

/** Computes the scene for the settings. Needs a TensorFlow.js backend. */
export function computeScene(settings: Settings): Scene {
  const { seed, prototypes: clusters, anchor, boundary } = settings;
  const keys = drawKeys(seed);
  const points = { data: Float32Array.from(keys.flat()), shape: [keys.length, 3] } as const;
  const clustering = sphericalKMeans(points, { clusters }, createRandom(seed).fork('prototypes'));
  const prototypes = vectorsOf(new Float32Array(clustering.prototypes.data));
  const key = keys[anchor] as Vector;
  const query = drawQuery(key, seed, anchor);
  const draws = drawsFor(settings);
  return tidied(() => {
    const [k, p] = [tensorOf([key]), tensorOf(prototypes)];
    const made = hallucinate(k, p, { boundary }, draws);
    const kept = made.kept.dataSync();
    const positives = vectorsOf(made.positives.dataSync<'float32'>()).map((at, i) => ({
      at,
      kept: kept[i] === 1,
    }));
    return {
      ...{ settings, keys, prototypes, key, query, draws, positives },
      nearest: nearestTo(key, prototypes),
      arcs: arcsOf(k, key, p, prototypes, boundary),
      ...termOf(settings, { key, query, prototypes, draws }),
    };
  });
}

/** The loss for other values of λ and the other boundary, with the same random draws. */
export function lossAt(scene: Scene, change: Partial<Settings>): number {
  const settings = { ...scene.settings, ...change };
  return termOf(settings, { ...scene, draws: drawsFor(settings) }).loss;
}

function termOf(
  { boundary }: Settings,
  { key, query, prototypes, draws }: Pick<Scene, 'key' | 'query' | 'prototypes' | 'draws'>,
): Term {
  return tidied(() => {
    const [q, k, p] = [tensorOf([query]), tensorOf([key]), tensorOf(prototypes)];
    const { loss, kept, angle, hardness } = halpTerm(q, k, p, { boundary, temperature }, draws);
    const number = (scalar: tf.Scalar): number => scalar.dataSync()[0] as number;
    return {
      loss: number(loss),
      kept: number(kept),
      angle: number(angle),
      hardness: number(hardness),
    };
  });
}

function drawsFor({ prototypes, count, lambda, seed, anchor }: Settings): PositiveDraws {
  const rng = createRandom(seed).fork('positives', anchor);
  return drawPositives({ anchors: 1, prototypes, count, lambda }, rng);
}

/** One positive at t* for each prototype except the nearest: the ends of the arcs from the anchor. */
function arcsOf(
  k: tf.Tensor2D,
  key: Vector,
  p: tf.Tensor2D,
  prototypes: readonly Vector[],
  boundary: Boundary,
): readonly Arc[] {
  const others = [...prototypes].sort((a, b) => dot(key, a) - dot(key, b)).slice(0, -1);
  const draws: PositiveDraws = {
    shape: [1, others.length],
    target: Int32Array.from(others, (_, i) => i),
    uniform: new Float32Array(others.length),
    margin: 0,
  };
  const { positives } = hallucinate(k, p, { boundary }, draws);
  return vectorsOf(positives.dataSync<'float32'>()).map((stop, i) => ({
    stop,
    target: others[i] as Vector,
  }));
}

function nearestTo(point: Vector, prototypes: readonly Vector[]): number {
  const cosines = prototypes.map((prototype) => dot(point, prototype));
  return cosines.indexOf(Math.max(...cosines));
}

function tensorOf(vectors: readonly Vector[]): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(vectors.flat()), [vectors.length, 3]);
}

function vectorsOf(numbers: Float32Array): Vector[] {
  return Array.from({ length: numbers.length / 3 }, (_, i) => {
    return [...numbers.subarray(3 * i, 3 * i + 3)] as unknown as Vector;
  });
}

/** Runs `compute` and disposes its tensors. The result holds no tensor. */
function tidied<Value>(compute: () => Value): Value {
  let value: Value | undefined;
  tf.tidy(() => {
    value = compute();
  });
  return value as Value;
}
