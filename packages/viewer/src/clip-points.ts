import { type Clip, firstNonFinite, type Layout } from '@halp/skeleton';

/** A point or a direction. */
export type Vector = readonly [number, number, number];

/** A clip, ready to be looked at. */
export interface ClipPoints {
  /** The joints of the clip, V. */
  readonly joints: number;
  /** The persons who are there in some frame, by their numbers in the clip. */
  readonly persons: readonly number[];
  /** The first frame with anybody in it and the last, or none. */
  readonly shown: readonly [first: number, last: number] | undefined;
  /** The number of frames of the clip, T. */
  readonly frames: number;
  /** Where a joint is, as [x, y, z] with z = 0 in the plane, or undefined if it was not seen. */
  at(frame: number, joint: number, person: number): Vector | undefined;
}

/** Whether clips of a layout usually lie in a plane: x, y and perhaps a confidence. */
export function isFlat(layout: Layout, channels: number): boolean {
  return channels < 3 || layout.name === 'openpose-18' || layout.name === 'coco-17';
}

/**
 * The points of a clip. A joint at exactly zero was not seen, unless it is the one on which the clip
 * was centred; a person without any other joint is not there.
 *
 * @param flat - Whether only the first two channels are coordinates.
 * @throws RangeError if the clip has other joints than the layout, too few channels, or a
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

/** Calls `visit` with every joint that was seen. */
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
