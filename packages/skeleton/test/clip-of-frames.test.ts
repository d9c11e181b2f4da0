import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipOfFrames } from '@halp/skeleton';

const coordinate = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('clipOfFrames', () => {
  it('has coordinate c of joint v in frame t at [c, t, v, 0], from lists and from objects', () => {
    const sized = fc.integer({ min: 1, max: 4 }).chain((joints) =>
      fc.array(
        fc.array(fc.tuple(coordinate, coordinate, coordinate), {
          minLength: joints,
          maxLength: joints,
        }),
        { minLength: 1, maxLength: 5 },
      ),
    );
    fc.assert(
      fc.property(sized, (frames) => {
        const { data, shape } = clipOfFrames(frames);
        const [C, T, V, M] = shape;
        expect(shape).toEqual([3, frames.length, frames[0]?.length, 1]);
        for (let c = 0; c < C; c++)
          for (let t = 0; t < T; t++)
            for (let v = 0; v < V; v++)
              expect(data[((c * T + t) * V + v) * M]).toBe(frames[t]?.[v]?.[c]);
        const objects = frames.map((frame) =>
          frame.map(([x, y, z]) => ({ x, y, z, visibility: 1 })),
        );
        expect([...clipOfFrames(objects).data]).toEqual([...data]);
        const typed = frames.map((frame) => frame.map((joint) => Float32Array.from(joint)));
        expect([...clipOfFrames(typed).data]).toEqual([...data]);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('has z = 0 without a third coordinate', () => {
    expect([...clipOfFrames([[[1, 2]]]).data]).toEqual([1, 2, 0]);
    expect([...clipOfFrames([[{ x: 1, y: 2 }]]).data]).toEqual([1, 2, 0]);
  });

  it.each([
    [undefined, 'expected a list of frames, got undefined'],
    [[], 'expected at least one frame with joints, got none'],
    [[[]], 'expected at least one frame with joints, got none'],
    [[[[0, 0, 0]], []], 'expected 1 joints in frame 1, as in frame 0, got 0'],
    [[[[0, 0, 0]], undefined], 'expected 1 joints in frame 1, as in frame 0, got undefined'],
    [[[[0, NaN, 0]]], 'expected finite coordinates, got NaN as y of joint 0 in frame 0'],
    [[[[0, '1', 0]]], "expected finite coordinates, got '1' as y of joint 0 in frame 0"],
    [[[[0]]], 'expected [x, y, z], [x, y] or { x, y, z } as joint 0 of frame 0, got an array of 1'],
    [[[undefined]], 'or { x, y, z } as joint 0 of frame 0, got undefined'],
    [[[7]], 'or { x, y, z } as joint 0 of frame 0, got 7'],
  ])('rejects %j', (frames, message) => {
    expect(() => clipOfFrames(frames as never)).toThrow(message);
  });
});
