import { gotText } from './got-text.ts';
import type { Layout, LayoutName } from './layout.ts';
import { expectLayout } from './layout-of.ts';

/**
 * How a joint's neighbours are divided into subsets, each with its own weights:
 *
 * - `uniform`: one subset;
 * - `distance`: the joint itself; its neighbours;
 * - `spatial`: the joint itself; neighbours further from the root; neighbours nearer to the root;
 * - `spatial-released`: `spatial` as in the released code of ST-GCN, which computes distances up to one bone only: in the third
 *   subset are the root and the joints next to it, as neighbours of their child joints; all other neighbours are in the
 *   second subset;
 * - `directed`: the joint itself; the neighbour nearer to the root; the neighbours further from it. Each subset is normalised
 *   separately.
 */
export type PartitionStrategy =
  'uniform' | 'distance' | 'spatial' | 'spatial-released' | 'directed';

/** The graph of a layout, one matrix for each subset of neighbours. */
export interface Adjacency {
  /** K: 1 for `uniform`, 2 for `distance`, else 3. */
  readonly subsets: number;
  /** V. */
  readonly joints: number;
  /** `[K, V, V]`, row-major: the weight of joint v for joint w at (k, v, w). */
  readonly weights: Float32Array;
}

/**
 * The normalised adjacency matrices of a layout: each joint and the joints one bone away, divided by `strategy`. The sum
 * over k of every column is 1: A D⁻¹ with D the number of neighbours of a joint, including itself. With `directed` each
 * column of each matrix has the sum 1, or 0 if it is empty.
 *
 * Source: Yan et al., ST-GCN, AAAI 2018 (arXiv 1801.07455), section 3.3; the matrices are normalised by column, as
 * in their code, not symmetrically as in equation 9. `directed` is the graph in the code of 2s-AGCN (Shi et al.,
 * CVPR 2019) and CTR-GCN (Chen et al., ICCV 2021).
 *
 * @remarks The distance to the root is counted in bones of the layout's tree; the root of kinect-v2 is the spine at the
 * shoulders, called the centre in their code. The checkpoints of AimCLR, CrosSCLR and ActCLR hold the matrices of
 * `spatial-released` (as `A`).
 *
 * @param skeleton - the layout, or its name.
 * @throws RangeError for an unknown layout name or strategy.
 *
 * @example
 * ```ts
 * const { subsets, weights } = adjacency(kinectV2, 'spatial'); // 3 matrices of 25 x 25
 * ```
 */
export function adjacency(skeleton: Layout | LayoutName, strategy: PartitionStrategy): Adjacency {
  const layout = expectLayout('adjacency', skeleton);
  const joints = layout.joints.length;
  const subsets = subsetCount(strategy);
  const weights = new Float32Array(subsets * joints * joints);
  const put = (kind: Neighbour, from: number, to: number): void => {
    weights[(subsetOf(strategy, kind) * joints + from) * joints + to] = 1;
  };
  for (let joint = 0; joint < joints; joint++) put('self', joint, joint);
  const nearRoot = (joint: number): boolean =>
    joint === layout.root || layout.bones.some(([c, p]) => c === joint && p === layout.root);
  for (const [child, parent] of layout.bones) {
    put('outer', child, parent);
    put(nearRoot(parent) ? 'inner' : 'far inner', parent, child);
  }
  if (strategy === 'directed') {
    for (let k = 0; k < subsets; k++) {
      normaliseColumns(weights.subarray(k * joints * joints, (k + 1) * joints * joints), joints);
    }
  } else normaliseColumns(weights, joints);
  return { subsets, joints, weights };
}

/**
 * The position of a neighbour relative to the joint: the joint itself, further from the root, nearer to the root (the
 * root or a joint next to it), or nearer to the root but not next to it.
 */
type Neighbour = 'self' | 'outer' | 'inner' | 'far inner';

function subsetCount(strategy: PartitionStrategy): number {
  switch (strategy) {
    case 'uniform':
      return 1;
    case 'distance':
      return 2;
    case 'spatial':
    case 'spatial-released':
    case 'directed':
      return 3;
    default:
      throw new RangeError(
        `adjacency: expected a strategy 'uniform', 'distance', 'spatial', 'spatial-released' or ` +
          `'directed', got ${gotText(strategy satisfies never)}`,
      );
  }
}

function subsetOf(strategy: PartitionStrategy, kind: Neighbour): number {
  switch (strategy) {
    case 'uniform':
      return 0;
    case 'distance':
      return kind === 'self' ? 0 : 1;
    case 'spatial':
      // In their code, neighbours further from the root come before nearer ones.
      return { self: 0, outer: 1, inner: 2, 'far inner': 2 }[kind];
    case 'spatial-released':
      return { self: 0, outer: 1, inner: 2, 'far inner': 1 }[kind];
    case 'directed':
      return { self: 0, outer: 2, inner: 1, 'far inner': 1 }[kind];
  }
}

/** Divides every column of a matrix `[rows, columns]` by its sum, unless that is 0. */
function normaliseColumns(matrix: Float32Array, columns: number): void {
  const sums = new Array<number>(columns).fill(0);
  matrix.forEach((x, i) => {
    sums[i % columns] = (sums[i % columns] as number) + x;
  });
  matrix.forEach((x, i) => {
    if (x !== 0) matrix[i] = x / (sums[i % columns] as number);
  });
}
