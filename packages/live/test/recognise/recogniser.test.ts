import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { keptPreparation } from '@halp/data';
import {
  createRecogniser,
  formatExamples,
  parseExamples,
  type RecogniserOptions,
  type Recognition,
} from '@halp/live';
import type { ClassifierModel } from '@halp/recipes';
import { convertLayout, createClip, createLayout, kinectV1, kinectV2 } from '@halp/skeleton';
import { expectNoLeak, onEachBackend } from '@halp/testing';
import {
  clipOf,
  fakeModel,
  framesOf,
  handAxis,
  recording,
  shippedEncoder,
  waving,
  wavingClip,
  wavingExamples,
} from '../helpers.ts';

/** What is recognised in a stream that waves along an axis at each time. */
async function recognised(
  axisAt: (seconds: number) => 0 | 1 | 2 | undefined,
  seconds: number,
  options: Partial<RecogniserOptions> = {},
): Promise<Recognition[]> {
  const recogniser = await createRecogniser({
    ...{ model: fakeModel(handAxis), examples: wavingExamples, window: 1 },
    ...options,
  });
  const found: Recognition[] = [];
  for (let i = 0; i <= seconds * 30; i++) {
    const result = await recogniser.push(waving(axisAt(i / 30), i / 30), i / 30);
    if (result !== undefined) found.push(result);
  }
  return found;
}

describe('a recogniser', () => {
  it('recognises every hop, from the first whole window on, without drift', async () => {
    const found = await recognised(() => 0, 3, { hop: 0.25 });
    expect(found.map(({ label }) => label)).toEqual(Array(found.length).fill('sideways'));
    expect(found[0]).toMatchObject({ from: 0, to: 1, final: false });
    const times = found.map(({ to }) => to);
    times.forEach((to, i) => {
      expect(to).toBeGreaterThanOrEqual(1 + 0.25 * i - 1e-9);
      expect(to).toBeLessThan(1 + 0.25 * i + 1 / 30 + 1e-9);
    });
    expect(times).toHaveLength(9);
  });

  it('has a confidence of the label and all scores, the highest first', async () => {
    const [first] = await recognised(() => 1, 1);
    expect(first?.label).toBe('up');
    expect(first?.confidence).toBeGreaterThan(0.9);
    expect(first?.scores.map(({ label }) => label)).toEqual(['up', 'sideways']);
  });

  it('calls an action that was not taught unknown', async () => {
    const [first] = await recognised(() => 2, 1);
    expect(first).toMatchObject({ label: 'unknown', confidence: 0 });
  });

  it('reports only the given classes', async () => {
    const found = await recognised((t) => (t < 2 ? 0 : 1), 4, { classes: ['up'], smoothing: 0 });
    expect(found[0]?.label).toBe('unknown');
    expect(found.at(-1)?.label).toBe('up');
  });

  it('recognises movements: nothing at rest, the whole one when it has ended', async () => {
    const found = await recognised((t) => (t >= 2 && t < 4 ? 0 : undefined), 6, {
      ...{ spans: 'movements', hop: 0.5 },
    });
    const finals = found.filter(({ final }) => final);
    expect(finals).toHaveLength(1);
    expect(finals[0]?.label).toBe('sideways');
    expect(finals[0]?.from).toBeCloseTo(2, 0);
    expect(finals[0]?.to).toBeCloseTo(4, 0);
    const moving = found.filter(({ to }) => to > 2.6 && to < 4);
    expect(moving.map(({ label }) => label)).toEqual(Array(moving.length).fill('sideways'));
    const resting = found.filter(({ to }) => to < 2 || to > 5);
    expect(resting.length).toBeGreaterThan(4);
    for (const rest of resting) expect(rest).toMatchObject({ label: 'unknown', scores: [] });
  });

  it('takes the same frames at another rate for the same', async () => {
    const examples = wavingExamples;
    const recogniser = await createRecogniser({ model: fakeModel(handAxis), examples, window: 1 });
    let found: Recognition | undefined;
    for (let i = 0; i <= 50; i++) {
      found ??= await recogniser.push(waving(0, i / 50), i / 50);
    }
    expect(found?.label).toBe('sideways');
    expect(found?.to).toBe(1);
  });

  it('does not recognise while it is busy, and measures with its own clock', async () => {
    let release: () => void = () => undefined;
    let isBlocked = false;
    const model = fakeModel(handAxis, async () => {
      if (isBlocked) await new Promise<void>((done) => (release = done));
    });
    let clock = 0;
    const recogniser = await createRecogniser({
      ...{ model, examples: wavingExamples, window: 1, now: () => (clock += 7) },
    });
    isBlocked = true;
    const results: Promise<Recognition | undefined>[] = [];
    for (let i = 0; i <= 90; i++) results.push(recogniser.push(waving(0, i / 30), i / 30));
    release();
    const found = (await Promise.all(results)).filter((each) => each !== undefined);
    expect(found).toHaveLength(1);
    expect(found[0]?.milliseconds).toBe(7);
  });

  it('learns in the middle of a stream, and forgets', async () => {
    const model = fakeModel(handAxis);
    const recogniser = await createRecogniser({ model, examples: wavingExamples, window: 1 });
    const labelNow = async (start: number): Promise<string | undefined> => {
      let label: string | undefined;
      for (let i = 1; i <= 60; i++) {
        const t = start + i / 30;
        label = (await recogniser.push(waving(2, t), t))?.label ?? label;
      }
      return label;
    };
    expect(await labelNow(0)).toBe('unknown');
    await recogniser.addExample('forward', wavingClip(2));
    const report = await recogniser.addExample('forward', wavingClip(2, 0.3));
    expect(report).toMatchObject({ examples: 6, accuracy: 1 });
    expect(await labelNow(2)).toBe('forward');
    expect(recogniser.removeExamples('forward')).toBe(2);
    expect(await labelNow(4)).toBe('unknown');
    expect(recogniser.examples).toHaveLength(4);
  });

  it('recognises the classes of a classifier without examples', async () => {
    const classes = ['sideways', 'up', 'forward'];
    const model: ClassifierModel = {
      ...fakeModel(handAxis),
      ...{ classes, origin: 'made up' },
      async classify(clip) {
        const { data } = await this.embed([clip]);
        const sum = data.reduce((a, b) => a + b);
        return classes.map((name, k) => ({ name, probability: (data[k] as number) / sum }));
      },
    };
    const found = await recognised(() => 2, 1, { model, examples: [] });
    expect(found[0]?.label).toBe('forward');
    expect(found[0]?.confidence).toBe(found[0]?.scores[0]?.score);
    await expect(createRecogniser({ model, classes: ['upp'] })).rejects.toThrow(
      "createRecogniser: expected a class among sideways, up, forward, got 'upp'; did you mean 'up'?",
    );
  });

  it('starts again after reset', async () => {
    const model = fakeModel(handAxis);
    const recogniser = await createRecogniser({ model, examples: wavingExamples, window: 1 });
    for (let i = 0; i <= 29; i++) await recogniser.push(waving(0, i / 30), i / 30);
    recogniser.reset();
    expect(await recogniser.push(waving(0, 1), 1)).toBeUndefined();
    expect(await recogniser.push(waving(0, 0.1), 0.1).catch(String)).toContain('starts again');
  });

  it('gives the encoder the same clip as addExample, in its layout and form', async () => {
    const seen: unknown[] = [];
    const model = fakeModel(handAxis);
    const spy = {
      ...model,
      embed: (clips: Parameters<typeof model.embed>[0]) => (
        seen.push(...clips),
        model.embed(clips)
      ),
    };
    const clip = convertLayout(wavingClip(0), { from: kinectV2, to: kinectV1 });
    const examples = [{ label: 'a', clip, layout: kinectV1 }, ...wavingExamples.slice(2)];
    const recogniser = await createRecogniser({ model: spy, examples, window: 1 });
    for (let i = 0; i <= 30; i++) await recogniser.push(waving(1, i / 30), i / 30);
    const form = { preparation: keptPreparation, channelsStated: true };
    expect(seen[0]).toEqual({ clip, layout: kinectV1, ...form });
    expect(seen).toHaveLength(4);
    expect(seen[3]).toEqual({ clip: wavingClip(1), layout: kinectV2, ...form });
  });
});

describe('bad input', () => {
  const model = fakeModel(handAxis);

  it('is an event, and the stream goes on', async () => {
    const said: string[] = [];
    const recogniser = await createRecogniser({
      ...{ model, examples: wavingExamples, window: 1, onEvent: ({ text }) => said.push(text) },
    });
    const labels: string[] = [];
    for (let i = 0; i <= 60; i++) {
      const t = i / 30;
      const frame = waving(0, t).map((joint, v) => (i === 20 && v === 3 ? [NaN, 0, 0] : joint));
      for (const bad of i === 10 ? [frame.slice(1), 'frame'] : []) {
        expect(await recogniser.push(bad as typeof frame, t)).toBeUndefined();
      }
      const found = await recogniser.push(frame, t);
      if (i === 11) await recogniser.push(frame, t - 0.1);
      if (found !== undefined) labels.push(found.label);
    }
    expect(labels).toEqual(Array(5).fill('sideways'));
    expect(said).toEqual([
      'push: expected 25 joints, or none if nobody is in view, got 24',
      "push: expected a frame as a list of joints, got 'frame'",
      'push: expected a time after 0.367 s, got 0.267 s; the frame is left out',
      'push: expected finite coordinates, got NaN or infinity for 1 of 25 joints at 0.667 s; they count as not seen',
    ]);
  });

  it('is an error without a listener, and the stream goes on', async () => {
    const recogniser = await createRecogniser({ model, examples: wavingExamples, window: 1 });
    const results: unknown[] = [];
    for (let i = 0; i <= 30; i++) {
      await expect(recogniser.push([[1, 1, 1]], i / 30)).rejects.toThrow('expected 25 joints');
      results.push(await recogniser.push(waving(1, i / 30), i / 30));
    }
    expect(results.at(-1)).toMatchObject({ label: 'up' });
  });

  it('of fewer than two examples is said once, and recognition begins with the second', async () => {
    const said: string[] = [];
    const recogniser = await createRecogniser({
      ...{ model, window: 1, onEvent: ({ text }) => said.push(text) },
    });
    for (let i = 0; i <= 60; i++) await recogniser.push(waving(0, i / 30), i / 30);
    const text = (count: number): string =>
      `push: expected at least two examples, got ${count}; call addExample, or take a model with a classifier`;
    expect(said).toEqual([text(0)]);
    await recogniser.addExample('sideways', wavingClip(0));
    for (let i = 61; i <= 90; i++) await recogniser.push(waving(0, i / 30), i / 30);
    expect(said).toEqual([text(0), text(1)]);
    await recogniser.addExample('up', wavingClip(1));
    let label: string | undefined;
    for (let i = 91; i <= 120; i++) {
      label = (await recogniser.push(waving(0, i / 30), i / 30))?.label ?? label;
    }
    expect(label).toBe('sideways');
    const silent = await createRecogniser({ model, window: 1 });
    for (let i = 0; i < 30; i++) await silent.push(waving(0, i / 30), i / 30);
    await expect(silent.push(waving(0, 1), 1)).rejects.toThrow(text(0));
  });

  it('of equal examples is refused', async () => {
    const recogniser = await createRecogniser({ model, examples: wavingExamples });
    await expect(recogniser.addExample('nod', wavingClip(0))).rejects.toThrow(
      "addExample: expected different clips for 'sideways' and 'nod', got the same clip for both; remove one",
    );
    await expect(recogniser.addExample('sideways', wavingClip(0))).rejects.toThrow(
      "addExample: expected a new example of 'sideways', got the same clip again",
    );
    expect(recogniser.examples).toHaveLength(4);
    const examples = [...wavingExamples, { label: 'nod', clip: wavingClip(1) }];
    await expect(createRecogniser({ model, examples })).rejects.toThrow(
      "createRecogniser: expected different clips for 'up' and 'nod'",
    );
  });

  it('of a layout without a mapping to that of the encoder is refused', async () => {
    const hand = createLayout({
      name: 'hand',
      joints: ['wrist', 'thumb', 'index'],
      bones: [
        ['thumb', 'wrist'],
        ['index', 'wrist'],
      ],
      spine: ['wrist', 'index'],
      shoulders: ['thumb', 'index'],
    });
    const message =
      'expected a layout with the joints of the encoder, kinect-v2, got hand, which cannot be mapped to it';
    await expect(createRecogniser({ model, layout: hand })).rejects.toThrow(
      `createRecogniser: ${message}`,
    );
    const example = { label: 'a', clip: createClip([3, 2, 3, 1]), layout: hand };
    await expect(createRecogniser({ model, examples: [example] })).rejects.toThrow(message);
  });

  it.each<[string, unknown, string]>([
    ['an empty label', '', "addExample: expected the name of an action as the label, got ''"],
    ['the label unknown', 'unknown', "got 'unknown'; 'unknown' is reported for what is none"],
    ['a number as a label', 7, 'addExample: expected a label as a text, got 7'],
  ])('of %s is refused', async (_, label, message) => {
    const recogniser = await createRecogniser({ model });
    await expect(recogniser.addExample(label as string, wavingClip(0))).rejects.toThrow(message);
  });

  it('that the encoder refuses is an event', async () => {
    const said: string[] = [];
    let isRefusing = false;
    const refusing = fakeModel(handAxis, () => {
      if (isRefusing) throw new RangeError('embed: expected finite features, got NaN');
      return Promise.resolve();
    });
    const recogniser = await createRecogniser({
      ...{ model: refusing, examples: wavingExamples, window: 1 },
      onEvent: ({ text }) => said.push(text),
    });
    isRefusing = true;
    for (let i = 0; i <= 30; i++) await recogniser.push(waving(0, i / 30), i / 30);
    expect(said).toEqual(['embed: expected finite features, got NaN']);
  });

  it('of nobody in view ends what was recognised', async () => {
    const recogniser = await createRecogniser({ model, examples: wavingExamples, window: 1 });
    for (let i = 0; i <= 30; i++) await recogniser.push(waving(0, i / 30), i / 30);
    const found: (Recognition | undefined)[] = [];
    for (let i = 31; i <= 90; i++) found.push(await recogniser.push([], i / 30));
    const labels = found.flatMap((each) => each?.label ?? []);
    expect(labels.length).toBeGreaterThan(3);
    expect(new Set(labels)).toEqual(new Set(['unknown']));
  });
});

describe('a recogniser with an encoder', () => {
  onEachBackend(() => {
    it('tells actions of another performer by three examples of each, and leaves no tensor', async () => {
      // Wave, clap, kick.
      const actions = [3, 4, 7];
      await expectNoLeak(async () => {
        const model = await shippedEncoder();
        const examples = actions.flatMap((action) =>
          [1, 3, 5].map((subject) => ({
            ...{ label: `A${action}`, clip: clipOf(framesOf(recording(action, subject))) },
          })),
        );
        const text = formatExamples({ name: 'mine', layout: 'kinect-v2', fps: 30, examples });
        const lesson = parseExamples(text, 'lesson.json');
        let right = 0;
        for (const action of actions) {
          const frames = framesOf(recording(action, 2));
          const recogniser = await createRecogniser({
            ...{ model, examples: lesson.examples, window: (frames.length - 1) / 30 - 0.01 },
          });
          const before = tf.memory().numTensors;
          const [found] = (
            await Promise.all(frames.map((frame, t) => recogniser.push(frame, t / 30)))
          ).filter((each) => each !== undefined);
          expect(tf.memory().numTensors).toBe(before);
          if (found?.scores[0]?.label === `A${action}`) right++;
        }
        model.dispose();
        expect(right).toBe(3);
      });
    });
  });

  it('keeps no tensor over five minutes, and ends each movement once', async () => {
    const recogniser = await createRecogniser({
      ...{ model: fakeModel(handAxis), examples: wavingExamples },
      ...{ window: 1, hop: 1, spans: 'movements' },
    });
    const before = tf.memory().numTensors;
    const found: Recognition[] = [];
    for (let i = 0; i < 9000; i++) {
      const t = i / 30;
      const frame = i % 300 < 60 ? waving(0, t) : waving(undefined, 0);
      const result = await recogniser.push(frame, t);
      if (result !== undefined) found.push(result);
    }
    expect(found.filter(({ final }) => final)).toHaveLength(30);
    expect(tf.memory().numTensors).toBe(before);
    expect(recogniser.examples).toHaveLength(4);
  });
});
