import { describe, expect, it } from 'vitest';
import { type Clip, createClip } from '@halp/skeleton';
import { fillEmptyFrames } from '../../src/index.ts';

/** One channel, joint and person; a letter is a frame, '.' is an empty one. */
function clipOf(...persons: readonly string[]): Clip {
  const [first = ''] = persons;
  const clip = createClip([1, first.length, 1, persons.length]);
  persons.forEach((text, m) => {
    [...text].forEach((letter, t) => {
      clip.data[t * persons.length + m] = letter === '.' ? 0 : letter.charCodeAt(0);
    });
  });
  return clip;
}

function filled(clip: Clip, frames: number): readonly string[] {
  const { data, shape } = fillEmptyFrames(clip, frames);
  return Array.from({ length: shape[3] }, (_, m) =>
    Array.from({ length: shape[1] }, (__, t) => {
      const value = data[t * shape[3] + m] as number;
      return value === 0 ? '.' : String.fromCharCode(value);
    }).join(''),
  );
}

describe('fillEmptyFrames', () => {
  it.each([
    ['repeats the sequence to the end', 'abc', 8, 'abcabcab'],
    ['keeps a gap inside, and repeats it too', 'a.c', 8, 'a.ca.ca.'],
    ['repeats over an empty end', 'ab..', 7, 'abababa'],
    ['takes out all gaps if the first frame is empty', '.a.b', 6, 'ababab'],
    ['leaves an empty clip empty', '...', 5, '.....'],
    ['repeats a single frame', 'a', 4, 'aaaa'],
    ['does nothing to a full clip of that length', 'abcd', 4, 'abcd'],
  ])('%s', (_, input, frames, expected) => {
    expect(filled(clipOf(input), frames)).toEqual([expected]);
  });

  it('fills each person separately', () => {
    expect(filled(clipOf('abc.', '.x.y'), 6)).toEqual(['abcabc', 'xyxyxy']);
    expect(filled(clipOf('ab', '..'), 4)).toEqual(['abab', '....']);
  });

  it('gives the same first frames for any length', () => {
    const [long] = filled(clipOf('a.bc..'), 300);
    const [short] = filled(clipOf('a.bc..'), 6);
    expect(long?.slice(0, 6)).toBe(short);
  });

  it('does not treat a joint at the origin as an empty frame', () => {
    const clip = createClip([3, 2, 2, 1], Float32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2));
    expect([...fillEmptyFrames(clip, 2).data]).toEqual([...clip.data]);
  });

  it('does not treat coordinates that cancel as an empty frame', () => {
    const clip = createClip([1, 2, 2, 1], Float32Array.of(1, -1, 2, -2));
    expect([...fillEmptyFrames(clip, 3).data]).toEqual([1, -1, 2, -2, 1, -1]);
  });

  it('does not treat a frame of negative coordinates as empty', () => {
    const clip = createClip([1, 2, 1, 1], Float32Array.of(-3, -4));
    expect([...fillEmptyFrames(clip, 4).data]).toEqual([-3, -4, -3, -4]);
  });

  it('refuses to cut', () => {
    expect(() => fillEmptyFrames(clipOf('abc'), 2)).toThrow(
      "fillEmptyFrames: expected at least the clip's 3 frames, got 2",
    );
  });
});
