/**
 * What each approximation of the constrained problem costs, as tables in Markdown: positives of 64 anchors
 * with 20 prototypes of 256 keys in 128 dimensions, beside the slow solver of the tests. Two minutes.
 *
 * Usage: npx tsx --conditions=@halp/source packages/positives/bench/approximations.ts
 */
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '@halp/backend';
import {
  type Boundary,
  drawPositives,
  hallucinate,
  type Hardness,
  sphericalKMeans,
} from '@halp/positives';
import { createRandom, type Random } from '@halp/random';
import { type Cell, cellOf, farthestFromAnchor, farthestOnArc, nearestTo } from '../test/solver.ts';
import {
  along,
  angle,
  ascending,
  dot,
  matrix,
  randomUnit,
  randomUnits,
  rowsOf,
  unit,
  type Vector,
} from '../test/sphere.ts';

const SIZES = { anchors: 64, prototypes: 20, count: 100 };
const [KEYS, D] = [256, 128];
/** The solver works on the first positives of each anchor alone; angles and values are means over these. */
const SOLVED = 4;

/** Anchors, their prototypes, and which prototype each positive moves to. */
interface Scene {
  readonly anchors: readonly Vector[];
  readonly prototypes: readonly Vector[];
  readonly anchorOf: (positive: number) => Vector;
  readonly cellOf: (positive: number) => Cell;
  readonly targetOf: (positive: number) => Vector;
}

type Keys = (count: number, rng: Random) => number[][];

/** Keys around 15 centers, with an offset of length 0.6 before normalisation. */
const clustered: Keys = (count, rng) => {
  const centres = randomUnits(15, D, createRandom(7));
  return randomUnits(count, D, rng).map((offset) => {
    const centre = centres[rng.integer(15)] as Vector;
    return unit(centre.map((x, d) => x + 0.6 * (offset[d] as number)));
  });
};

/** Keys near the subspace of the first six dimensions. */
const flat: Keys = (count, rng) =>
  randomUnits(count, D, rng).map((offset) => {
    const inside = randomUnit(6, rng);
    return unit(offset.map((x, d) => (inside[d] ?? 0) + 0.3 * x));
  });

const anywhere: Keys = (count, rng) => randomUnits(count, D, rng);

function sceneOf(keys: Keys): Scene {
  const rng = createRandom(1);
  const points = { data: Float64Array.from(keys(KEYS, rng).flat()), shape: [KEYS, D] } as const;
  const { data } = sphericalKMeans(points, { clusters: SIZES.prototypes }, rng).prototypes;
  const prototypes = Array.from({ length: SIZES.prototypes }, (_, p) =>
    Array.from(data.subarray(p * D, (p + 1) * D)),
  );
  const anchors = keys(SIZES.anchors, rng);
  const cells = anchors.map((anchor) => cellOf(anchor, prototypes));
  const orders = anchors.map((anchor) => ascending(anchor, prototypes));
  const { target } = drawPositives(SIZES, createRandom(2));
  const row = (positive: number): number => Math.floor(positive / SIZES.count);
  return {
    anchors,
    prototypes,
    anchorOf: (i) => anchors[row(i)] as Vector,
    cellOf: (i) => cells[row(i)] as Cell,
    targetOf: (i) => prototypes[orders[row(i)]?.[target[i] as number] as number] as Vector,
  };
}

/** Whether a positive, by its number, is one of those that are solved. */
const isSolved = (positive: number): boolean => positive % SIZES.count < SOLVED;

/** What a way of making positives gives. */
interface Made {
  /** The share kept of all positives. */
  readonly kept: number;
  /** Those kept among the solved ones, by their numbers. */
  readonly positives: ReadonlyMap<number, Vector>;
  readonly microseconds: number;
}

async function closedForm(
  { anchors, prototypes }: Scene,
  boundary: Boundary,
  lambda: Hardness,
): Promise<Made> {
  const draws = drawPositives({ ...SIZES, lambda }, createRandom(2));
  const [from, places] = [matrix(anchors), matrix(prototypes)];
  let fastest = Infinity;
  let result: readonly [rows: number[][], kept: Iterable<number>] = [[], []];
  for (let i = 0; i < 30; i++) {
    const started = performance.now();
    const { positives, kept } = hallucinate(from, places, { boundary }, draws);
    await Promise.all([positives.data(), kept.data()]);
    fastest = Math.min(fastest, performance.now() - started);
    result = [rowsOf(positives, D), kept.dataSync()];
    tf.dispose([positives, kept]);
  }
  tf.dispose([from, places]);
  const [rows, flags] = [result[0], Array.from(result[1])];
  const all = rows.map((row, i) => [i, row] as const).filter(([i]) => flags[i] === 1);
  return {
    kept: all.length / rows.length,
    positives: new Map(all.filter(([i]) => isSolved(i))),
    microseconds: (1e3 * fastest) / rows.length,
  };
}

function solved(solve: (positive: number) => Vector): Made {
  const numbers = Array.from({ length: SIZES.anchors * SIZES.count }, (_, i) => i).filter(isSolved);
  const started = performance.now();
  const positives = new Map(numbers.map((i) => [i, solve(i)]));
  return {
    kept: 1,
    positives,
    microseconds: (1e3 * (performance.now() - started)) / numbers.length,
  };
}

const mean = (all: readonly number[]): number => all.reduce((sum, x) => sum + x, 0) / all.length;

/** The mean of a value relative to its mean under the best, in percent, over the positives that are kept. */
function relative(made: Made, best: Made, value: (z: Vector, positive: number) => number): string {
  const numbers = [...made.positives.keys()];
  const of = ({ positives }: Made): number =>
    mean(numbers.map((i) => value(positives.get(i) as Vector, i)));
  return ((100 * of(made)) / of(best)).toFixed(1);
}

function table(scene: Scene, closed: readonly (readonly [string, Made])[]): string {
  const { anchorOf, targetOf } = scene;
  const rng = createRandom(3);
  const arc = solved((i) =>
    along(anchorOf(i), targetOf(i), farthestOnArc(scene.cellOf(i), targetOf(i))),
  );
  const towards = solved((i) => nearestTo(targetOf(i), scene.cellOf(i), rng));
  const hardest = solved((i) => farthestFromAnchor(scene.cellOf(i), rng));
  const away = (z: Vector, i: number): number => angle(anchorOf(i), z);
  const gain = (z: Vector, i: number): number =>
    dot(z, targetOf(i)) - dot(anchorOf(i), targetOf(i));
  const rows = [
    ...closed,
    ['solver: on the arc', arc] as const,
    ['solver: towards ps', towards] as const,
    ['solver: hardest', hardest] as const,
  ].map(([label, made]) => [
    label,
    `${(100 * made.kept).toFixed(1)} %`,
    mean([...made.positives].map(([i, z]) => away(z, i))).toFixed(3),
    `${relative(made, arc, away)} %`,
    `${relative(made, towards, gain)} %`,
    `${relative(made, hardest, away)} %`,
    made.microseconds < 10 ? made.microseconds.toFixed(1) : made.microseconds.toFixed(0),
  ]);
  const head = [
    'positives',
    'kept',
    'angle from k',
    'of the arc’s',
    'of the gain in ps.z',
    'of the hardest’s',
    'µs each',
  ];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

await startBackend();
for (const [title, keys] of [
  ['Keys in 15 clusters', clustered],
  ['Keys near a six-dimensional subspace', flat],
  ['Keys uniform on the sphere', anywhere],
] as const) {
  const scene = sceneOf(keys);
  const closed: (readonly [string, Made])[] = [];
  for (const [name, lambda] of [
    ['t = t\\*', { hardness: 1 }],
    ['λ = 0.8', 0.8],
  ] as const) {
    for (const boundary of ['pairwise', 'exact'] as const) {
      closed.push([`\`'${boundary}'\`, ${name}`, await closedForm(scene, boundary, lambda)]);
    }
  }
  console.log(`${title}:\n\n${table(scene, closed)}\n`);
}
