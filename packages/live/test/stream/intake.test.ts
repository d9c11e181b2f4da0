import { describe, expect, it } from 'vitest';
import type { Frame, StreamUp } from '@halp/live';
import { createLayout } from '@halp/skeleton';
import { createIntake, type Intake } from '../../src/stream/intake.ts';

const layout = createLayout({
  name: 'two',
  joints: ['a', 'b'],
  bones: [['b', 'a']],
  spine: ['a', 'b'],
  center: 'a',
  shoulders: ['a', 'b'],
});
const frame: Frame = [
  [1, 2, 3],
  [4, 5, 6],
];

function opened(up: StreamUp = 'y', listens = true): Intake & { readonly said: string[] } {
  const said: string[] = [];
  const intake = createIntake({
    ...{ layout, fps: 30, seconds: 2, up, minVisibility: 0.5, longestGap: 0.5 },
    onEvent: listens ? ({ text }) => said.push(text) : undefined,
    onRestart: () => said.push('restart'),
  });
  return { ...intake, said };
}

describe('the frames of a stream', () => {
  it('are left out where they are out of order, and the stream goes on', () => {
    const { add, track, said } = opened();
    expect(add(frame, 1)).toBe('added');
    expect(add(frame, 0.9)).toBe('refused');
    expect(add(frame, 1)).toBe('refused');
    expect(add(frame, 1.1)).toBe('added');
    expect(said).toEqual([
      'push: expected a time after 1 s, got 0.9 s; the frame is left out',
      'push: expected a time after 1 s, got 1 s; the frame is left out',
    ]);
    expect(track.length).toBe(2);
  });

  it('start again where the time goes back further than a gap', () => {
    const { add, track, said } = opened();
    add(frame, 10);
    expect(add(frame, 2)).toBe('refused');
    expect(add(frame, 2.1)).toBe('added');
    expect(said).toEqual([
      'restart',
      'push: expected a time after 10 s, got 2 s; the stream starts again there',
    ]);
    expect(track.first).toBe(2.1);
  });

  it('start again after a gap', () => {
    const { add, track, said } = opened();
    add(frame, 1);
    expect(add(frame, 2)).toBe('added');
    expect(said[0]).toBe(
      'push: expected a frame within 0.5 s, got none for 1 s; earlier frames are dropped',
    );
    expect(said[1]).toBe('restart');
    expect(track.length).toBe(1);
  });

  it('are refused with another number of joints or a time that is none, each in one line', () => {
    const { add, said } = opened();
    expect(add([[1, 1, 1]], 1)).toBe('refused');
    expect(add(frame, NaN)).toBe('refused');
    expect(add(frame, '1' as unknown as number)).toBe('refused');
    expect(add(frame, 1)).toBe('added');
    expect(said).toEqual([
      'push: expected 2 joints, or none if nobody is in view, got 1',
      'push: expected a time in seconds, got NaN',
      "push: expected a time in seconds, got '1'",
    ]);
  });

  it('are counted by a listener where they are left out', () => {
    const refused: unknown[] = [];
    const intake = createIntake({
      ...{ layout, fps: 30, seconds: 2, up: 'y', minVisibility: 0.5, longestGap: 0.5 },
      onEvent: (event) => refused.push(event.refused),
      onRestart: () => undefined,
    });
    intake.add([[1, 1, 1]], 1);
    intake.add([frame[0] ?? null, [NaN, 0, 0]], 1.1);
    expect(refused).toEqual(['frame', undefined]);
  });

  it('are filled where a joint is NaN, which is said once', () => {
    const { add, track, said } = opened();
    add(frame, 1);
    add(
      [
        [1, 2, 4],
        [NaN, 0, 0],
      ],
      1.1,
    );
    add(
      [
        [1, 2, 5],
        [NaN, 0, 0],
      ],
      1.2,
    );
    expect([...track.at(1.2)]).toEqual([1, 2, 5, 4, 5, 8]);
    add(frame, 1.3);
    add(
      [
        [1, 2, 4],
        [NaN, 0, 0],
      ],
      1.4,
    );
    const what = 'push: expected finite coordinates, got NaN or infinity for 1 of 2 joints at';
    expect(said).toEqual([
      `${what} 1.1 s; they count as not seen`,
      `${what} 1.4 s; they count as not seen`,
    ]);
  });

  it('show nobody where every joint is NaN or there is none', () => {
    const { add } = opened();
    expect(
      add(
        [
          [NaN, 0, 0],
          [NaN, 0, 0],
        ],
        1,
      ),
    ).toBe('nobody');
    expect(add([], 1.1)).toBe('nobody');
  });

  it('throw without a listener, and go on after that', () => {
    const { add } = opened('y', false);
    add(frame, 1);
    expect(() => add(frame, 0.9)).toThrow(RangeError);
    expect(() => add([[1, 1, 1]], 1.05)).toThrow(RangeError);
    expect(add(frame, 1.1)).toBe('added');
  });

  it.each<[StreamUp, number[]]>([
    ['y', [1, 2, 3, 4, 5, 6]],
    ['-y', [-1, -2, 3, -4, -5, 6]],
    ['z', [1, 3, -2, 4, 6, -5]],
  ])('with %s up are rotated to y up', (up, expected) => {
    const { add, track } = opened(up);
    add(frame, 1);
    expect([...track.at(1)]).toEqual(expected);
  });
});
