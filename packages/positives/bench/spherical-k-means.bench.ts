import { bench, describe } from 'vitest';
import { type Points, sphericalKMeans } from '@halp/positives';
import { createRandom } from '@halp/random';

const [COUNT, DIMENSION] = [256, 128];

/** Points around 15 centres; `spread` 0 puts all centres in one place. */
function keys(spread: number): Points {
  const rng = createRandom(1);
  const centres = Array.from({ length: 15 }, () =>
    Array.from({ length: DIMENSION }, () => spread * rng.normal()),
  );
  const data = new Float32Array(COUNT * DIMENSION);
  for (let i = 0; i < COUNT; i++) {
    const centre = centres[rng.integer(15)] as number[];
    for (let d = 0; d < DIMENSION; d++) {
      data[i * DIMENSION + d] = (centre[d] as number) + rng.normal();
    }
  }
  return { data, shape: [COUNT, DIMENSION] };
}

describe('20 prototypes of 256 keys of 128', () => {
  let run = 0;
  for (const [name, spread] of [
    ['uniform keys', 0],
    ['loose clusters', 1],
    ['tight clusters', 3],
  ] as const) {
    const points = keys(spread);
    bench(name, () => void sphericalKMeans(points, { clusters: 20 }, createRandom(run++)));
  }
});
