import type { Random } from '@halp/random';
import type { Layout } from '@halp/skeleton';

/** The grid of tokens and how much of it is masked. */
export interface TubeOptions {
  /** The joints and their bones. */
  readonly layout: Layout;
  /** S: segments of the clip. */
  readonly segments: number;
  /** The least share of masked tokens, in (0, 1). */
  readonly ratio: number;
}

/** The largest number of bones between the centre of a tube and its other joints. */
const FARTHEST = 2;

/**
 * Which tokens of a clip are masked, `[L]` with 1 for masked: the union of random tubes, each a connected part of the body
 * during consecutive segments, until at least `ratio`·L tokens are masked. Token s·V + v is joint v in segment s.
 *
 * A tube has a centre joint, the joints at most r bones away from it with r in {1, 2}, and S/2 (rounded up) to S segments,
 * all uniform.
 *
 * Independent tokens would be too easy to predict from the same joint a moment earlier. Blocks that are masked until a
 * ratio is reached are those of data2vec and BEiT for images; connected parts of the body over time are the
 * idea of SLiM's "semantic tube masking", whose parts and lengths differ.
 *
 * @param rng - four integers for each tube: centre, r, segments, first segment.
 */
export function tubeMask({ layout, segments, ratio }: TubeOptions, rng: Random): Uint8Array {
  const joints = layout.joints.length;
  const distance = boneDistances(layout);
  const mask = new Uint8Array(segments * joints);
  const shortest = Math.ceil(segments / 2);
  let masked = 0;
  while (masked < ratio * mask.length) {
    const centre = rng.integer(joints);
    const radius = 1 + rng.integer(FARTHEST);
    const length = shortest + rng.integer(segments - shortest + 1);
    const start = rng.integer(segments - length + 1);
    for (let s = start; s < start + length; s++) {
      for (let v = 0; v < joints; v++) {
        const at = s * joints + v;
        if ((distance[centre]?.[v] as number) > radius || mask[at] === 1) continue;
        mask[at] = 1;
        masked++;
      }
    }
  }
  return mask;
}

/** The number of bones between each two joints, `[V][V]`; all joints are connected (Floyd and Warshall). */
export function boneDistances({ joints, bones }: Layout): number[][] {
  const distance = joints.map((_, a) => joints.map((_, b) => (a === b ? 0 : Infinity)));
  const at = (a: number, b: number): number => distance[a]?.[b] as number;
  const shorten = (a: number, b: number, length: number): void => {
    (distance[a] as number[])[b] = Math.min(at(a, b), length);
  };
  for (const [child, parent] of bones) {
    shorten(child, parent, 1);
    shorten(parent, child, 1);
  }
  for (const k of joints.keys())
    for (const a of joints.keys())
      for (const b of joints.keys()) shorten(a, b, at(a, k) + at(k, b));
  return distance;
}
