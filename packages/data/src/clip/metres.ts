import type { Clip } from '@halp/skeleton';

/** The smallest and largest plausible size of a person in any pose, in metres. */
const SMALLEST = 0.1;
const LARGEST = 10;

/**
 * The reason why the coordinates of a clip cannot be metres; undefined if they can.
 *
 * A person's size in a frame is the longest side of the bounding box of the joints that are not zero. The median over all
 * frames and persons is expected between 0.1 and 10, so that a few wrong joints do not matter, while millimetres,
 * centimetres and pixels are detected.
 */
export function metresProblem(clip: Clip): string | undefined {
  const sizes = sizesOf(clip).sort((a, b) => a - b);
  const median = sizes[sizes.length >> 1];
  if (median === undefined) return 'expected a person in some frame, got only zeros';
  if (median >= SMALLEST && median <= LARGEST) return undefined;
  const advice =
    median > LARGEST
      ? '; divide millimetres by 1000, centimetres by 100'
      : '; are these kilometres, or are all joints in one place?';
  return `expected metres (persons of ${SMALLEST} to ${LARGEST}), got a person of ${Number(median.toPrecision(3))}${advice}`;
}

/** The size of each person in each frame in which the person appears. */
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
