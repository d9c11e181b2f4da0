import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExamplesFile, formatExamples, parseExamples } from '@halp/live';
import { createClip, kinectV2, type Layout } from '@halp/skeleton';
import { halp } from './helpers.ts';
import { encoder, kickLines, linesOf, live } from './live-stream.ts';

/** A lesson of one example. */
const one: ExamplesFile = {
  ...{ name: 'one', layout: 'kinect-v2', channels: 'xyz', fps: 30 },
  examples: [
    {
      label: 'wave',
      clip: createClip(
        [3, 30, 25, 1],
        Float32Array.from({ length: 3 * 30 * 25 }, (_, i) => Math.sin(i)),
      ),
    },
  ],
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halp-live-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('halp live', () => {
  it('adds to a file of examples without a change of its name, layout, channels and rate', async () => {
    const file = join(folder, 'mine.json');
    const layout = JSON.parse(JSON.stringify({ ...kinectV2, name: 'kinect-mine' })) as Layout;
    const clip = createClip([3, 30, 25, 1]).data.map((_, i) => Math.sin(i) - (i % 2));
    const examples = [{ label: 'old', clip: { data: clip, shape: [3, 30, 25, 1] as const } }];
    const before = { name: 'my-lesson', layout, channels: 'xyz', fps: 25, examples } as const;
    await writeFile(file, formatExamples(before));
    const taught = await live(linesOf(4, 1), '--examples', file, '--teach', 'clap');
    expect(taught.stderr).toContain(`wrote ${file}`);
    const { examples: now, ...rest } = parseExamples(await readFile(file), file);
    expect(rest).toEqual({ name: 'my-lesson', layout, channels: 'xyz', fps: 25 });
    expect(now[0]).toEqual(examples[0]);
    expect(now.slice(1).map(({ label }) => label)).toContain('clap');
    for (const [option, message] of [
      [['--fps', '30'], 'expected fps 25, that of the lesson, got 30; leave it out'],
      [['--layout', 'kinect-v2'], 'expected layout kinect-mine, that of the lesson, got kinect-v2'],
    ] as const) {
      const refused = await live('', '--examples', file, ...option);
      expect(refused.stderr).toContain(message);
      expect(refused.status).toBe(1);
    }
    // Clips of a 2-D detector: the channels reach the encoder, which was trained on x, y, z.
    await writeFile(file, formatExamples({ ...before, channels: 'xy-score' }));
    const flat = await live('', '--examples', file);
    expect(flat.stderr).toContain('got 2-D clips (x, y, score)');
    expect(flat.status).toBe(1);
  });

  it('recognises the classes of a run with a classifier without examples, or says what is missing', async () => {
    const { status, stderr } = await live('');
    expect(status).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toContain('halp: ');
    expect(stderr).toContain('classifier');
  });

  it('shows frames of another layout once, counts them, and fails if there were no others', async () => {
    const file = join(folder, 'one.json');
    await writeFile(file, formatExamples(one));
    const advice = 'for mediapipe-33 set --layout mediapipe-33 and --up -y';
    for (const teach of [[], ['--teach', 'kick']]) {
      const found = await live(kickLines(0.5), '--examples', file, ...teach);
      const shown = found.stderr.split('\n').filter((line) => line.includes('push: '));
      expect(shown).toEqual([
        `warning: push: expected 25 joints, or none if nobody is in view, got 33; ${advice}`,
        `warning: 150 frames refused: push: expected 25 joints, or none if nobody is in view, got 33; ${advice}`,
      ]);
      expect(found.stderr.trim().split('\n').at(-1)).toBe(
        'halp: live: expected frames on standard input, got 150 refused frames',
      );
      expect(found.status).toBe(1);
    }
    const none = await live('', '--examples', file);
    expect(none.stderr).toContain('halp: live: expected frames on standard input, got none');
    expect(none.status).toBe(1);
  });

  it('says why a stream has no movement, and leaves the lesson as it was', async () => {
    const file = join(folder, 'kicks.json');
    const options = ['--examples', file, '--layout', 'mediapipe-33', '--up', '-y'];
    const slow = kickLines(0.3);
    const missed = await live(slow, ...options, '--teach', 'kick');
    expect(missed.stderr.trim().split('\n').at(-1)).toMatch(
      /^halp: teachMovements: expected a movement of 'kick', got none: the largest energy is 0\.\d\d m\/s, a movement begins at 0\.6 m\/s; move faster, or lower --movement-start$/,
    );
    expect(missed.status).toBe(1);
    expect(existsSync(file)).toBe(false);
    const seen = await live(slow, ...options, '--teach', 'kick', '--movement-start', '0.1');
    expect(seen.stderr).toContain('kick: a movement from ');
    expect(seen.stderr).toContain('1 label: teach at least one more\n');
    expect(seen.stderr).not.toContain('accuracy');
    expect(seen.status).toBe(0);
    const before = await readFile(file);
    const again = await live(slow, ...options, '--teach', 'kick', '--movement-start', '0.1');
    expect(again.stderr).toContain(
      "halp: live: expected a new movement of 'kick', got only movements that were refused\n",
    );
    expect(again.status).toBe(1);
    expect(await readFile(file)).toEqual(before);
  });

  it('refuses a file of examples that is none, and --teach without a file', async () => {
    const file = join(folder, 'other.json');
    await writeFile(file, '{}');
    const refused = await halp('live', '--run', encoder, '--examples', file);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain(
      'expected examples { name, layout, fps, clips }, got no clips',
    );
    const none = await halp('live', '--run', encoder, '--teach', 'wave');
    expect(none.stderr).toBe('halp: live: expected --examples FILE with --teach, got none\n');
    const absent = await halp('live', '--run', encoder, '--examples', join(folder, 'none.json'));
    expect(absent.stderr).toContain('expected a file of examples, got nothing at that path');
  });
});
