import { headJoints, type Layout } from '@halp/skeleton';
import type { ClipPoints } from './clip-points.ts';

/** The side of the body of a joint or bone; 0 in the middle. */
export type Side = -1 | 0 | 1;

/** The drawing of a person of a layout. Plain data. */
export interface Figure {
  /** The lines: the bones of the layout, and lines that close the trunk if there is no spine. */
  readonly lines: readonly (readonly [from: number, to: number, side: Side])[];
  /** The side of each joint: -1 left, 1 right. */
  readonly sides: readonly Side[];
  /** The joint drawn as a head, if there is one. */
  readonly head: number | undefined;
  /** Joints of hands and face, drawn smaller. */
  readonly small: readonly number[];
}

/** The drawing of a person of a layout. */
export function figureOf(layout: Layout): Figure {
  const { joints, bones, hasSpine, shoulders } = layout;
  const sides = joints.map(sideOf);
  const hips = ['left hip', 'right hip'].map((joint) => joints.indexOf(joint)) as [number, number];
  const trunk = hasSpine ? [] : [shoulders, hips].map(([a, b]) => [a, b, 0] as const);
  const head = joints.indexOf('head');
  const face = new Set(headJoints(layout));
  return {
    lines: [
      ...bones.map(([child, parent]) => [child, parent, sides[child] ?? 0] as const),
      ...trunk,
    ],
    sides,
    head: head < 0 ? undefined : head,
    small: joints.flatMap((joint, v) => {
      const isOfFace = face.has(v) && joint !== 'head' && joint !== 'nose';
      return isOfFace || /pinky|index|thumb|tip|heel/.test(joint) ? [v] : [];
    }),
  };
}

/**
 * The radius of the head: 0.6 of the median length of the bone below it; 0 if the
 * layout has no head.
 */
export function headRadius(points: ClipPoints, layout: Layout): number {
  const head = layout.joints.indexOf('head');
  const parent = new Map(layout.bones).get(head);
  if (parent === undefined) return 0;
  const lengths: number[] = [];
  for (let t = 0; t < points.frames; t++) {
    for (const m of points.persons) {
      const [a, b] = [points.at(t, head, m), points.at(t, parent, m)];
      if (a !== undefined && b !== undefined) {
        lengths.push(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
      }
    }
  }
  lengths.sort((a, b) => a - b);
  return 0.6 * (lengths[Math.floor(lengths.length / 2)] ?? 0);
}

function sideOf(joint: string): Side {
  if (joint.startsWith('left ')) return -1;
  return joint.startsWith('right ') ? 1 : 0;
}
