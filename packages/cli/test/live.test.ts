import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatExamples, parseExamples } from '@halp/live';
import { createClip, kinectV2, type Layout } from '@halp/skeleton';
import { halp } from './helpers.ts';
import { encoder, linesOf, live } from './live-stream.ts';

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
