import type { Layout } from '@halp/skeleton';
import { type ClipPoints, eachPoint, type Vector } from './clip-points.ts';

/** The axis that points up: y for a Kinect's own coordinates, z after NTU's normalisation, -y in images. */
export type Up = 'x' | 'y' | 'z' | '-x' | '-y' | '-z';

/** The directions of a view in the coordinates of the clip. */
export interface View {
  /** The axis of the clip that points up, or nearly up in a levelled view. */
  readonly up: Up;
  /** Rows: right, up, and from the clip towards the viewer. */
  readonly rows: readonly [right: Vector, up: Vector, toward: Vector];
}

const axes: Readonly<Record<Up, Vector>> = {
  x: [1, 0, 0],
  y: [0, 1, 0],
  z: [0, 0, 1],
  '-x': [-1, 0, 0],
  '-y': [0, -1, 0],
  '-z': [0, 0, -1],
};

/**
 * The view that shows most of a clip: along the horizontal direction in which it extends least,
 * from the side that the first person faces. For a 2D clip it is the plane itself.
 *
 * @param up - The axis that points up. Default: the one of y, z and -y along which trunks point
 * most. The view is then levelled by the trunks less than 45 degrees off it: cameras are often tilted,
 * so that standing persons appear to lean.
 */
export function viewOf(points: ClipPoints, layout: Layout, flat: boolean, up?: Up): View {
  const trunks = differences(points, layout.spine[0], layout.spine[1]).map(unit);
  const axis = up ?? mostAlong(total(trunks), flat ? ['y', '-y'] : ['y', 'z', '-y']);
  if (flat) return { up: axis, rows: [axes.x, axes[axis], cross(axes.x, axes[axis])] };
  const upright = trunks.filter((trunk) => dot(trunk, axes[axis]) > Math.SQRT1_2);
  const vertical = up === undefined && upright.length > 0 ? unit(total(upright)) : axes[axis];
  const right = unit(cross(vertical, axes[axis.endsWith('x') ? 'y' : 'x']));
  const toward = cross(right, vertical);
  const angle = longestAngle(points, right, toward);
  const along = sum(scaled(right, Math.cos(angle)), scaled(toward, Math.sin(angle)));
  const away = cross(along, vertical);
  const sign = dot(facingOf(points, layout, vertical), away) < 0 ? -1 : 1;
  return { up: axis, rows: [scaled(along, sign), vertical, scaled(away, sign)] };
}

/** A point of the clip in the view: right, up, towards the viewer. */
export function seenFrom({ rows }: View, point: Vector): Vector {
  return [dot(rows[0], point), dot(rows[1], point), dot(rows[2], point)];
}

function mostAlong(direction: Vector, candidates: readonly Up[]): Up {
  return candidates.reduce((best, axis) =>
    dot(direction, axes[axis]) > dot(direction, axes[best]) ? axis : best,
  );
}

/** The direction that the first person faces: from the right to the left shoulder, turned by 90 degrees about `up`. */
function facingOf(points: ClipPoints, layout: Layout, up: Vector): Vector {
  const [left, right] = layout.shoulders;
  const first = { ...points, persons: points.persons.slice(0, 1) };
  return cross(total(differences(first, right, left)), up);
}

/** The vectors from one joint to another, for each frame and person in which both were detected. */
function differences(points: ClipPoints, from: number, to: number): Vector[] {
  const found: Vector[] = [];
  for (let t = 0; t < points.frames; t++) {
    for (const m of points.persons) {
      const [start, end] = [points.at(t, from, m), points.at(t, to, m)];
      if (start && end) found.push(sum(end, scaled(start, -1)));
    }
  }
  return found;
}

function total(vectors: readonly Vector[]): Vector {
  return vectors.reduce(sum, [0, 0, 0]);
}

/** The angle from `right` towards `toward` of the direction in which all points vary most. */
function longestAngle(points: ClipPoints, right: Vector, toward: Vector): number {
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  eachPoint(points, (point) => {
    const x = dot(right, point);
    const z = dot(toward, point);
    n += 1;
    a += x;
    b += z;
    aa += x * x;
    bb += z * z;
    ab += x * z;
  });
  if (n === 0) return 0;
  const difference = aa - (a * a) / n - (bb - (b * b) / n);
  return Math.atan2(2 * (ab - (a * b) / n), difference) / 2;
}

/** The vector scaled to length 1; a zero vector is returned unchanged. */
function unit(a: Vector): Vector {
  const length = Math.sqrt(dot(a, a));
  return length > 0 ? scaled(a, 1 / length) : a;
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function sum(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function scaled(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
