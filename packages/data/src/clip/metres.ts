import type { Clip } from '@halp/skeleton';

/** Nobody is smaller or larger, whatever the pose, in metres. */
const LEAST = 0.1;
const MOST = 10;

/**
 * Why the coordinates of a clip cannot be metres; undefined if they can.
 *
 * A person's size in a frame is the longest side of the box around the joints that are not zero. The
 * middle one of all frames and persons must be within 0.1 and 10: a few wild joints do no harm, and
 * millimetres, centimetres and pixels stand out.
 */
export function metresProblem(clip: Clip): string | undefined {
  const sizes = sizesOf(clip).sort((a, b) => a - b);
  const middle = sizes[sizes.length >> 1];
  if (middle === undefined) return 'expected somebody to be seen in a frame, got only zeros';
  if (middle >= LEAST && middle <= MOST) return undefined;
  const advice =
    middle > MOST
      ? '; divide millimetres by 1000, centimetres by 100'
      : '; kilometres, or joints that all lie in one place';
  return `expected metres, a person of ${LEAST} to ${MOST}, got one of ${Number(middle.toPrecision(3))}${advice}`;
}

/** The size of each person in each frame in which they are seen. */
function sizesOf({ data, shape }: Clip): number[] {
  const [C, T, V, M] = shape;
  const sizes: number[] = [];
  const at = (c: number, t: number, v: number, m: number): number =>
    data[((c * T + t) * V + v) * M + m] as number;
  for (let t = 0; t < T; t++) {
    for (let m = 0; m < M; m++) {
      const seen = Array.from({ length: V }, (_, v) => v).filter((v) =>
        Array.from({ length: C }, (_, c) => at(c, t, v, m)).some((x) => x !== 0),
      );
      if (seen.length === 0) continue;
      const sides = Array.from({ length: C }, (_, c) => {
        const values = seen.map((v) => at(c, t, v, m));
        return Math.max(...values) - Math.min(...values);
      });
      sizes.push(Math.max(...sides));
    }
  }
  return sizes;
}
