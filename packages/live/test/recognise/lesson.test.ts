import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptPreparation, ownPreparation } from '@halp/data';
import {
  createRecogniser,
  type ExamplesFile,
  formatExamples,
  type Frame,
  parseExamples,
  teachMovements,
  type TimedFrame,
} from '@halp/live';
import { kinectV1, kinectV2, type Layout } from '@halp/skeleton';
import { fakeModel, handAxis, waving, wavingClip, wavingExamples } from '../helpers.ts';

const model = fakeModel(handAxis);
const whole: ExamplesFile = {
  ...{ name: 'mine', layout: 'kinect-v2', channels: 'xyz', fps: 25 },
  examples: wavingExamples,
};
/** Kinect v2 with another name: a layout of one's own, as it is in a file. */
const mine = JSON.parse(JSON.stringify({ ...kinectV2, name: 'mine' })) as Layout;

describe('a lesson', () => {
  it('goes in and comes out with every field bit for bit, and so does its file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          name: fc.stringMatching(/^[a-z][\w.-]{0,8}[a-z]$/),
          layout: fc.constantFrom<ExamplesFile['layout'][]>('kinect-v2', mine),
          channels: fc.constantFrom<ExamplesFile['channels'][]>('xyz', 'xy-score'),
          fps: fc.double({ min: 1, max: 1000, noNaN: true }),
          examples: fc.subarray(wavingExamples),
        }),
        async (lesson) => {
          const recogniser = await createRecogniser({ model, lesson });
          expect(recogniser.lesson()).toEqual(lesson);
          if (lesson.examples.length === 0) return;
          const text = formatExamples(lesson);
          const again = await createRecogniser({ model, lesson: parseExamples(text, 'file') });
          expect(formatExamples(again.lesson())).toBe(text);
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  it('states the layout and the rate of the stream', async () => {
    const recogniser = await createRecogniser({ model, lesson: { ...whole, layout: mine } });
    expect(recogniser).toMatchObject({ layout: mine, fps: 25 });
    expect(recogniser.examples).toEqual(wavingExamples);
  });

  it('states what the numbers of a joint mean, to the encoder', async () => {
    const seen: unknown[] = [];
    const spy: typeof model = {
      ...model,
      async embed(clips) {
        seen.push(...clips.map((clip) => (clip as { readonly preparation: unknown }).preparation));
        return model.embed(clips);
      },
    };
    const lesson = {
      ...whole,
      channels: 'xy-score',
      examples: wavingExamples.slice(0, 1),
    } as const;
    await createRecogniser({ model: spy, lesson });
    await createRecogniser({ model: spy, lesson: { ...lesson, channels: 'xyz' } });
    expect(seen).toEqual([ownPreparation('xy-score'), keptPreparation]);
  });

  it('has the name examples, the layout and the rate of the stream without one', async () => {
    const recogniser = await createRecogniser({ model, fps: 20, examples: wavingExamples });
    expect(recogniser.lesson()).toEqual({
      ...{ name: 'examples', layout: 'kinect-v2', channels: 'xyz', fps: 20 },
      examples: wavingExamples,
    });
  });

  it.each([
    ['another rate', { fps: 30 }, 'expected fps 25, that of the lesson, got 30; leave it out'],
    [
      'another layout',
      { layout: kinectV1 },
      'expected layout kinect-v2, that of the lesson, got kinect-v1; leave it out',
    ],
    [
      'a layout of the same name',
      { layout: { ...kinectV2, center: 0 } },
      'expected layout kinect-v2, that of the lesson, got another one; leave it out',
    ],
    [
      'other channels',
      { preparation: ownPreparation('xy-score') },
      'expected channels xyz, that of the lesson, got xy-score; leave it out',
    ],
    ['examples', { examples: [] }, 'expected a lesson or examples, got both'],
    ['a lesson without name', { lesson: { ...whole, name: '' } }, 'as the name of a lesson'],
    ['a lesson of no rate', { lesson: { ...whole, fps: 0 } }, 'expected a positive fps, got 0'],
  ])('is refused beside %s', async (_, options, message) => {
    await expect(createRecogniser({ model, lesson: whole, ...options })).rejects.toThrow(message);
  });

  it('takes the same layout and rate again', async () => {
    const options = { model, lesson: whole, layout: kinectV2, fps: 25 };
    expect((await createRecogniser(options)).fps).toBe(25);
  });

  it('does not come out if its file could not say what the clips are', async () => {
    const preparation = { ...keptPreparation, unit: 'unknown' } as const;
    const recogniser = await createRecogniser({ model, preparation, examples: wavingExamples });
    expect(() => recogniser.lesson()).toThrow(
      'lesson: expected a preparation that a lesson can state, unit = metre, got unknown',
    );
    const examples = [{ label: 'wave', clip: wavingClip(0), layout: mine }];
    const mixed = await createRecogniser({ model, examples });
    expect(() => mixed.lesson()).toThrow(
      "lesson: expected examples with the layout of the lesson, kinect-v2, got mine for 'wave'",
    );
  });

  it('has the labels that may be reported', async () => {
    const options = { model, lesson: whole, classes: ['sidewasy'] };
    await expect(createRecogniser(options)).rejects.toThrow(
      "createRecogniser: expected a class among sideways, up, got 'sidewasy'; did you mean 'sideways'?",
    );
    // Labels that are taught later are not known yet.
    await createRecogniser({ model, classes: ['sideways'] });
  });
});

/** Frames of movements along an axis, with rest between them. */
function* moving(axis: 0 | 1, movements: number): Generator<TimedFrame> {
  for (let i = 0; i < movements * 120 + 60; i++) {
    const isMoving = i % 120 >= 60;
    const joints: Frame = waving(isMoving ? axis : undefined, (i + 7 * Math.floor(i / 120)) / 30);
    yield { joints, seconds: i / 30 };
  }
}

describe('teachMovements', () => {
  it('adds each movement of a stream to the lesson, which keeps its other fields', async () => {
    const recogniser = await createRecogniser({ model, lesson: { ...whole, fps: 30 } });
    const taught: number[] = [];
    for await (const { from, to, report } of teachMovements(moving(0, 2), {
      ...{ recogniser, label: 'slow' },
    })) {
      expect(to - from).toBeCloseTo(2, 0);
      taught.push(report.examples);
    }
    expect(taught).toEqual([5, 6]);
    const { examples, ...rest } = recogniser.lesson();
    expect(rest).toEqual({ name: 'mine', layout: 'kinect-v2', channels: 'xyz', fps: 30 });
    expect(examples.map(({ label }) => label).slice(4)).toEqual(['slow', 'slow']);
  });

  it('says that a movement is known already, and goes on', async () => {
    const recogniser = await createRecogniser({ model });
    const events: string[] = [];
    const onEvent = ({ text }: { readonly text: string }): void => void events.push(text);
    for (const label of ['once', 'twice']) {
      const options = { recogniser, label, onEvent };
      for await (const { report } of teachMovements(moving(0, 1), options)) {
        expect(report.examples).toBe(1);
      }
    }
    expect(events).toEqual([
      "addExample: expected different clips for 'once' and 'twice', got the same clip for both; remove one",
    ]);
    const again = teachMovements(moving(0, 1), { recogniser, label: 'once' });
    await expect(again.next()).rejects.toThrow("expected a new example of 'once'");
  });

  it('throws at the end of a stream without a movement, with its largest energy', async () => {
    const recogniser = await createRecogniser({ model });
    const events: unknown[] = [];
    const onEvent = (event: unknown): void => void events.push(event);
    const message = async (frames: readonly TimedFrame[], options = {}): Promise<string> => {
      const taught = teachMovements(frames, { recogniser, label: 'wave', onEvent, ...options });
      const problem: unknown = await taught.next().catch((error: unknown) => error);
      expect(problem).toBeInstanceOf(RangeError);
      return (problem as RangeError).message;
    };
    const frames = [...moving(0, 1)];
    const none = "teachMovements: expected a movement of 'wave', got none";
    const rest = frames.slice(0, 50);
    expect(await message(rest)).toBe(
      `${none}: the largest energy is 0.00 m/s, a movement begins at 0.6 m/s; move faster, or lower option start`,
    );
    expect(await message(frames, { start: 9 })).toMatch(
      /: the largest energy is 2\.\d\d m\/s, a movement begins at 9 m\/s; /,
    );
    expect(await message(frames, { shortest: 5 })).toBe(
      `${none}: a movement lasts at least 5 s; move longer`,
    );
    expect(await message(frames.slice(0, 90))).toBe(
      `${none}: the stream ends during the movement; stand still for 0.4 s after it`,
    );
    expect(events).toEqual([]);
    const others = rest.map(({ seconds }) => ({ seconds, joints: [null] }));
    const unusable = 'teachMovements: expected frames of kinect-v2, got none that could be used';
    expect(await message(others)).toBe(unusable);
    expect(events).toHaveLength(rest.length);
    expect(await message([])).toBe(unusable);
    expect(recogniser.examples).toEqual([]);
  });

  it('refuses the label unknown before the first frame', async () => {
    const recogniser = await createRecogniser({ model });
    const taught = teachMovements([], { recogniser, label: 'unknown' });
    await expect(taught.next()).rejects.toThrow(
      "teachMovements: expected the name of an action as the label, got 'unknown'",
    );
  });
});
