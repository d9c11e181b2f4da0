import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOwnClips } from '@halp/data';
import { formatExamples, parseExamples } from '@halp/live';
import { type Clip, createClip, createLayout } from '@halp/skeleton';

const layout = createLayout({
  name: 'two',
  joints: ['a', 'b'],
  bones: [['b', 'a']],
  spine: ['a', 'b'],
  shoulders: ['a', 'b'],
});
const lesson = (clips: readonly Clip[]): Parameters<typeof formatExamples>[0] => ({
  ...{ name: 'mine', layout, fps: 30 },
  examples: clips.map((clip, i) => ({ label: ['wave', 'point'][i % 2] as string, clip })),
});
const one = createClip([3, 2, 2, 1], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0.1));

describe('a file of examples', () => {
  it('comes back bit for bit', () => {
    const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      ...{ minLength: 12, maxLength: 12 },
    });
    fc.assert(
      fc.property(numbers, (values) => {
        const clip = createClip([3, 2, 2, 1], Float32Array.from(values));
        const found = parseExamples(formatExamples(lesson([clip, one, one])), 'file');
        expect(found).toMatchObject({ name: 'mine', layout, fps: 30, channels: 'xyz' });
        expect(found.examples.map(({ label }) => label)).toEqual(['wave', 'point', 'wave']);
        expect(found.examples[0]?.clip).toEqual(clip);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('is a clips.json of own clips with the frames of each clip', () => {
    const json = JSON.parse(formatExamples(lesson([one]))) as { clips: { frames?: unknown }[] };
    expect(json.clips[0]?.frames).toEqual([
      [
        [1, 5, 9],
        [2, 6, 10],
      ],
      [
        [3, 7, 11],
        [4, 8, 0.1],
      ],
    ]);
    delete json.clips[0]?.frames;
    const own = parseOwnClips(JSON.stringify(json), 'clips.json');
    expect(own).toMatchObject({ name: 'mine', classes: ['wave'], problems: [] });
  });

  const text = formatExamples(lesson([one, one]));
  it.each([
    ['another text', 'hello', 'file: expected a JSON file of examples'],
    ['no clips', '{"name":"x"}', 'got no clips'],
    ['no frames', text.replaceAll('frames', 'frame'), 'clips[0].frames: expected the frames'],
    ['an unknown field', text.replace('"fps"', '"speed":1,"fps"'), 'got "speed"'],
    ['two persons', text.replace('"persons":1', '"persons":2'), 'expected 1 person, got 2'],
    ['an infinite number', text.replace('0.1]', '1e99]'), 'expected a finite number'],
    ['a joint too few', text.replace('[1,5,9],', ''), 'a list of 2'],
    ['another split', text.replace('"train"', '"dev"'), 'split'],
  ])('is refused with %s', (_, wrong, message) => {
    expect(() => parseExamples(wrong, 'file')).toThrow(message);
  });

  it('is not written with a clip of two persons, or of NaN', () => {
    const two = createClip([3, 1, 2, 2]);
    expect(() => formatExamples(lesson([two]))).toThrow(
      'formatExamples: expected a clip [3, T, 2, 1], got [3, 1, 2, 2]',
    );
    const broken = createClip([3, 1, 2, 1], new Float32Array(6).fill(NaN));
    expect(() => formatExamples(lesson([broken]))).toThrow(
      "formatExamples: expected finite coordinates, got NaN for 'wave'",
    );
  });

  it('is not written with a clip of another layout that has as many joints', () => {
    const mirrored = { ...layout, name: 'mirrored', joints: ['b', 'a'] };
    const examples = [{ label: 'wave', clip: one, layout: mirrored }];
    expect(() => formatExamples({ ...lesson([]), examples })).toThrow(
      "formatExamples: expected examples with the layout of the lesson, two, got mirrored for 'wave'",
    );
  });
});
