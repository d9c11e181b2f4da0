import { type Clip, firstNonFinite, type Layout } from '@halp/skeleton';

/** A point or a direction. */
export type Vector = readonly [number, number, number];

/** The points of a clip. */
export interface ClipPoints {
  /** The joints of the clip, V. */
  readonly joints: number;
  /** The indices of persons that are present in some frame. */
  readonly persons: readonly number[];
  /** The first and the last frame with a person; undefined if all frames are empty. */
  readonly shown: readonly [first: number, last: number] | undefined;
  /** The number of frames of the clip, T. */
  readonly frames: number;
  /** The position of a joint, [x, y, z] with z = 0 in the plane, or undefined if it was not detected. */
  at(frame: number, joint: number, person: number): Vector | undefined;
}

/** Whether clips of a layout are usually 2D: x, y and optionally a confidence. */
export function isFlat(layout: Layout, channels: number): boolean {
  return channels < 3 || layout.name === 'openpose-18' || layout.name === 'coco-17';
}

/**
 * The points of a clip. A joint at exactly zero was not detected, unless it is the joint on which the clip
 * is centred. A person without any other joint is absent.
 *
 * @param flat - Whether only the first two channels are coordinates.
 * @throws RangeError if the number of joints differs from the layout's, or the clip has too few channels or a
 * coordinate that is not finite.
 */
export function pointsOf(clip: Clip, layout: Layout, flat: boolean, name: string): ClipPoints {
  const [C, T, V, M] = clip.shape;
  if (V !== layout.joints.length) {
    throw new RangeError(
      `${name}: expected ${layout.joints.length} joints (${layout.name}), got ${V}`,
    );
  }
  if (C < (flat ? 2 : 3)) {
    throw new RangeError(
      `${name}: expected the channels ${flat ? 'x and y' : 'x, y and z'}, got ${C} channels`,
    );
  }
  const bad = firstNonFinite(clip);
  if (bad !== undefined) {
    throw new RangeError(
      `${name}: expected finite coordinates, got NaN or infinity at frame ${bad.frame}, ` +
        `joint ${bad.joint} (${layout.joints[bad.joint]}), person ${bad.person}, channel ${bad.channel}`,
    );
  }
  const channels = flat ? 2 : 3;
  const read = (t: number, v: number, m: number): Vector => {
    const [x = 0, y = 0, z = 0] = Array.from(
      { length: channels },
      (_, c) => clip.data[((c * T + t) * V + v) * M + m] as number,
    );
    return [x, y, z];
  };
  const isZero = ([x, y, z]: Vector): boolean => x === 0 && y === 0 && z === 0;
  const isThere = (t: number, m: number): boolean =>
    layout.joints.some((_, v) => !isZero(read(t, v, m)));
  const there = Array.from({ length: T }, (_, t) =>
    Array.from({ length: M }, (_, m) => isThere(t, m)),
  );
  const somebody = there.map((persons) => persons.includes(true));
  return {
    joints: V,
    frames: T,
    persons: Array.from({ length: M }, (_, m) => m).filter((m) => there.some((at) => at[m])),
    shown: somebody.includes(true)
      ? [somebody.indexOf(true), somebody.lastIndexOf(true)]
      : undefined,
    at(t, v, m) {
      const point = read(t, v, m);
      const centred = layout.hasSpine && v === layout.center && there[t]?.[m] === true;
      return isZero(point) && !centred ? undefined : point;
    },
  };
}

/** Calls `visit` with every detected joint. */
export function eachPoint(
  points: ClipPoints,
  visit: (point: Vector, frame: number, joint: number, person: number) => void,
): void {
  for (let t = 0; t < points.frames; t++) {
    for (const m of points.persons) {
      for (let v = 0; v < points.joints; v++) {
        const point = points.at(t, v, m);
        if (point !== undefined) visit(point, t, v, m);
      }
    }
  }
}
