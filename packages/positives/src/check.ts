import type * as tf from '@tensorflow/tfjs-core';
import { expectTensor } from '@halp/nn/check';
import type { Random } from '@halp/random';
import { gotText } from '@halp/random/check';
import { drawFor, type DrawOptions, type PositiveDraws } from './draw-positives.ts';
import type { Boundary } from './geodesic.ts';

interface Geometry {
  readonly anchors: tf.Tensor2D;
  readonly prototypes: tf.Tensor2D;
  readonly boundary: Boundary;
  /** Rows of the anchors' shape. */
  readonly query?: tf.Tensor2D;
}

/** Throws unless the shapes match without broadcasting and the boundary is known. */
export function checkGeometry(
  caller: string,
  { anchors, prototypes, boundary, query = anchors }: Geometry,
): void {
  for (const [name, tensor] of Object.entries({ anchors, prototypes, 'the query': query })) {
    expectTensor(caller, name, tensor);
  }
  const [shapeA, shapeQ, shapeP] = [anchors, query, prototypes].map(
    (t) => `[${t.shape.join(', ')}]`,
  );
  const fits = anchors.rank === 2 && shapeQ === shapeA && prototypes.rank === 2;
  if (!fits || anchors.shape[1] !== prototypes.shape[1] || anchors.size * prototypes.size === 0) {
    throw new RangeError(
      `${caller}: expected anchors [N, D]${query === anchors ? '' : ', queries [N, D]'} and ` +
        `prototypes [P, D], got ${shapeA}${query === anchors ? '' : `, ${shapeQ}`} and ${shapeP}`,
    );
  }
  switch (boundary) {
    case 'pairwise':
    case 'exact':
    case 'unfiltered':
      return;
    default:
      throw new RangeError(
        `${caller}: expected the boundary 'pairwise', 'exact' or 'unfiltered', got ${gotText(boundary satisfies never)}`,
      );
  }
}

/** New draws from a stream, or the given draws, checked against N anchors and P prototypes. */
export function drawsFor(
  caller: string,
  [n, p]: readonly [anchors: number, prototypes: number],
  { count, lambda }: Pick<DrawOptions, 'count' | 'lambda'>,
  draws: Random | PositiveDraws,
): PositiveDraws {
  // A caller in plain JavaScript may pass any value.
  const given: unknown = draws;
  if (typeof given !== 'object' || given === null || !('target' in draws)) {
    return drawFor(caller, { anchors: n, prototypes: p, count, lambda }, draws as Random);
  }
  const [rows, columns] = draws.shape;
  const size = rows * columns;
  if (rows !== n || draws.target.length !== size || draws.uniform.length !== size) {
    throw new RangeError(
      `${caller}: expected draws for ${n} anchors, got shape [${rows}, ${columns}] with ` +
        `${draws.target.length} targets and ${draws.uniform.length} uniforms`,
    );
  }
  const wrong = draws.target.find((target) => p > 1 && !(target >= 0 && target < p - 1));
  if (wrong !== undefined) {
    throw new RangeError(`${caller}: expected targets in [0, ${p - 1}), got ${wrong}`);
  }
  return draws;
}

/** Throws unless the value is an objective with `embed`, `contrast` and one queue, or one for each stream. */
export function expectObjective(caller: string, base: object, part: 'queue' | 'queues'): void {
  const { embed, contrast, [part]: queues } = (base ?? {}) as Readonly<Record<string, unknown>>;
  const fits = typeof embed === 'function' && typeof contrast === 'function';
  if (fits && typeof queues === 'object' && queues !== null) return;
  const wanted = part === 'queue' ? 'moco' : 'cmd';
  throw new TypeError(
    `${caller}: expected an objective with a ${part}, such as ${wanted}(...), got ${gotText(base)}`,
  );
}
