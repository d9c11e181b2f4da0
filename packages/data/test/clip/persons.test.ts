import { describe, expect, it } from 'vitest';
import { createClip } from '@halp/skeleton';
import { withPersons } from '../../src/clip/persons.ts';

const [C, T, V] = [3, 2, 4] as const;

/** A clip whose numbers encode their place: 1000 c + 100 t + 10 v + m + 1. */
function clipOf(persons: number): ReturnType<typeof createClip> {
  const clip = createClip([C, T, V, persons]);
  let at = 0;
  for (let c = 0; c < C; c++)
    for (let t = 0; t < T; t++)
      for (let v = 0; v < V; v++)
        for (let m = 0; m < persons; m++) clip.data[at++] = 1000 * c + 100 * t + 10 * v + m + 1;
  return clip;
}

describe('withPersons', () => {
  it.each([
    [1, 1],
    [1, 3],
    [2, 1],
    [3, 2],
    [2, 5],
  ])(
    'of %i persons keeps the first as %i, each in its place, and empties the others',
    (from, to) => {
      const { data, shape } = withPersons(clipOf(from), to);
      expect(shape).toEqual([C, T, V, to]);
      const expected: number[] = [];
      for (let c = 0; c < C; c++)
        for (let t = 0; t < T; t++)
          for (let v = 0; v < V; v++)
            for (let m = 0; m < to; m++)
              expected.push(m < from ? 1000 * c + 100 * t + 10 * v + m + 1 : 0);
      expect([...data]).toEqual(expected);
    },
  );
});
