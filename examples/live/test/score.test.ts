import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { createClip } from '@halp/skeleton';
import { scoreOf, type StreamScore } from '../score.ts';
import { drawExamples, streamOf } from '../stream.ts';

const actions = [
  { label: 'a', from: 2, to: 3.9 },
  { label: 'b', from: 6, to: 7.9 },
];
const score = (reports: Parameters<typeof scoreOf>[0]): StreamScore =>
  scoreOf(reports, actions, { duration: 12, fps: 10, none: 'unknown' });

describe('the score of a stream', () => {
  it('is perfect for the truth', () => {
    const found = score([
      { label: 'a', seconds: 2 },
      { label: 'unknown', seconds: 4 },
      { label: 'b', seconds: 6 },
      { label: 'unknown', seconds: 8 },
    ]);
    expect(found).toEqual({
      actionFrames: 1,
      pauseFrames: 1,
      segments: 1,
      delay: 0,
      falseAlarms: 0,
    });
  });

  it('counts late labels as delay, and what is reported longest as the label of an action', () => {
    const found = score([
      { label: 'b', seconds: 2 },
      { label: 'a', seconds: 3 },
      { label: 'unknown', seconds: 4.5 },
    ]);
    expect(found.delay).toBe(1);
    expect(found.segments).toBe(0.5);
    expect(found.actionFrames).toBe(10 / 40);
    expect(found.pauseFrames).toBe(75 / 80);
    // b in the action a does not touch the action b.
    expect(found.falseAlarms).toBe(5);
  });

  it('takes the label of the movement that overlaps an action most', () => {
    const found = score([
      { label: 'a', seconds: 2 },
      { label: 'b', seconds: 4.4, movement: { from: 2.1, to: 4 } },
      { label: 'a', seconds: 4.6, movement: { from: 3.8, to: 4.2 } },
      { label: 'b', seconds: 8.3, movement: { from: 6, to: 8 } },
    ]);
    expect(found.segments).toBe(0.5);
  });

  it('is nothing right without reports', () => {
    const found = score([]);
    expect(found).toMatchObject({ actionFrames: 0, pauseFrames: 1, segments: 0, falseAlarms: 0 });
    expect(found.delay).toBeNaN();
  });
});

describe('a stream', () => {
  const take = (label: string, subject: number) => ({
    ...{ label, subject, camera: 0 },
    clip: createClip([3, 10, 20, 1], new Float32Array(600).fill(subject)),
  });

  it('has the takes with a pause before each, and goes on where the one before ended', () => {
    const { frames, actions: found } = streamOf([take('a', 1), take('b', 2)], createRandom(0));
    expect(frames).toHaveLength(2 * (60 + 10));
    expect(found.map(({ label }) => label).sort()).toEqual(['a', 'b']);
    expect(found[0]?.from).toBe(2);
    expect(found[0]?.to).toBeCloseTo(2.3, 12);
    const last = frames.at(-1)?.[1] as readonly number[];
    const first = frames[60]?.[1] as readonly number[];
    expect([last[0], last[2]]).toEqual([first[0], first[2]]);
  });

  it('draws as many examples of each label as there are', () => {
    const takes = [1, 2, 3].flatMap((subject) => [take('a', subject), take('b', subject)]);
    const drawn = drawExamples([...takes, take('c', 1)], 2, createRandom(1));
    expect(drawn.map(({ label }) => label)).toEqual(['a', 'a', 'b', 'b', 'c']);
    expect(new Set(drawn).size).toBe(5);
  });
});
