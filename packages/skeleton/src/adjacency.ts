import type { Layout } from './layout.ts';

/**
 * How a joint's neighbours are told apart, each kind with weights of its own: `uniform`, not at all; `distance`, the
 * joint itself and its neighbours; `spatial`, the joint itself, neighbours nearer to the root, neighbours further out.
 */
export type PartitionStrategy = 'uniform' | 'distance' | 'spatial';

/** The graph of a layout, one matrix for each kind of neighbour. */
export interface Adjacency {
  /** K: 1 for `uniform`, 2 for `distance`, 3 for `spatial`. */
  readonly subsets: number;
  /** V. */
  readonly joints: number;
  /** `[K, V, V]`, row-major: at (k, v, w) how much of joint v goes into joint w. */
  readonly weights: Float32Array;
}

/**
 * The normalised adjacency matrices of a layout: joints and the joints one bone away, A D⁻¹ with D the number of joints
 * that go into a joint (itself included), split by `strategy`. The sum over k of every column is 1.
 *
 * Source: Yan et al., ST-GCN, AAAI 2018 (arXiv 1801.07455), section 3.3; the matrices are normalised by column, as
 * their code does it for the three strategies, not symmetrically as equation 9 has it.
 *
 * @remarks Nearer and further out is measured in bones from the root of the layout's tree; for kinect-v2 that is the
 * spine at the shoulders, which their code calls the centre. That code, and the checkpoints of AimCLR, CrosSCLR and
 * ActCLR made with it, know distances up to one bone only: every bone that does not end at the root counts, in both
 * directions, as `outer`. Those checkpoints carry their matrices (`A`), so that loading one restores them.
 *
 * @example
 * ```ts
 * const { subsets, weights } = adjacency(kinectV2, 'spatial'); // 3 matrices of 25 x 25
 * ```
 */
export function adjacency(layout: Layout, strategy: PartitionStrategy): Adjacency {
  const joints = layout.joints.length;
  const subsets = subsetCount(strategy);
  const weights = new Float32Array(subsets * joints * joints);
  const degrees = new Array<number>(joints).fill(1);
  for (const [child, parent] of layout.bones) {
    for (const joint of [child, parent]) degrees[joint] = (degrees[joint] as number) + 1;
  }
  const put = (kind: Neighbour, from: number, to: number): void => {
    const k = subsetOf(strategy, kind);
    weights[(k * joints + from) * joints + to] = 1 / (degrees[to] as number);
  };
  for (let joint = 0; joint < joints; joint++) put('self', joint, joint);
  for (const [child, parent] of layout.bones) {
    put('outer', child, parent);
    put('inner', parent, child);
  }
  return { subsets, joints, weights };
}

/** What a joint is to the one that it goes into: the same, further out, or nearer to the root. */
type Neighbour = 'self' | 'outer' | 'inner';

function subsetCount(strategy: PartitionStrategy): number {
  switch (strategy) {
    case 'uniform':
      return 1;
    case 'distance':
      return 2;
    case 'spatial':
      return 3;
  }
}

function subsetOf(strategy: PartitionStrategy, kind: Neighbour): number {
  switch (strategy) {
    case 'uniform':
      return 0;
    case 'distance':
      return kind === 'self' ? 0 : 1;
    case 'spatial':
      // A joint that is further from the root than the one it goes into comes first in their code.
      return { self: 0, outer: 1, inner: 2 }[kind];
  }
}
