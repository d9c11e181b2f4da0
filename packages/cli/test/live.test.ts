import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticRecording } from '@halp/data';
import { formatExamples, parseExamples } from '@halp/live';
import { createRandom } from '@halp/random';
import { createClip, kinectV2, type Layout } from '@halp/skeleton';
import { type Done, halp, mainProgram } from './helpers.ts';

const encoder = fileURLToPath(
  new URL('../../../docs/live/encoder/encoder.safetensors', import.meta.url),
);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halp-live-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Lines of frames: a second of rest, an action, and a second of rest, twice. */
function linesOf(action: number, subject: number): string {
  const lines: string[] = [];
  let t = 0;
  for (const replication of [1, 2]) {
    const facts = { setup: 1, camera: 2, subject, replication, action };
    const { frames } = syntheticRecording(facts, createRandom(0));
    const bodies = frames.flatMap(([body]) => (body === undefined ? [] : [body]));
    const [first, last] = [bodies[0], bodies.at(-1)];
    const rest = (body: typeof first): (typeof bodies)[number][] =>
      Array.from({ length: 45 }, () => body as (typeof bodies)[number]);
    for (const { joints } of [...rest(first), ...bodies, ...rest(last)]) {
      const list = Array.from({ length: 25 }, (_, v) => [...joints.slice(3 * v, 3 * v + 3)]);
      lines.push(JSON.stringify({ seconds: t++ / 30, joints: list }));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Runs `halp live` with a text on its standard input. */
async function live(input: string, ...args: readonly string[]): Promise<Done> {
  const main = await mainProgram();
  const child = spawn(process.execPath, [
    main,
    'live',
    '--backend',
    'cpu',
    '--run',
    encoder,
    ...args,
  ]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdin.end(input);
  const status = await new Promise<number>((done) =>
    child.once('close', (code) => done(code ?? -1)),
  );
  return { status, stdout, stderr };
}

describe('halp live', () => {
  it('teaches movements of a stream and recognises another performer in lines of JSON', async () => {
    const file = join(folder, 'lesson.json');
    for (const [label, action] of [
      ['clap', 4],
      ['kick', 7],
    ] as const) {
      for (const subject of [1, 3]) {
        const taught = await live(linesOf(action, subject), '--examples', file, '--teach', label);
        expect(taught.stderr).toContain(`wrote ${file}`);
        expect(taught.status).toBe(0);
      }
    }
    const lesson = parseExamples(await readFile(file), file);
    expect(lesson.fps).toBe(30);
    expect(new Set(lesson.examples.map(({ label }) => label))).toEqual(new Set(['clap', 'kick']));
    const found = await live(
      `not a frame\n${linesOf(7, 2)}`,
      ...['--examples', file, '--spans', 'movements', '--json'],
    );
    expect(found.status).toBe(0);
    expect(found.stderr).toContain("as line 1, got 'not a frame'");
    const lines = found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Recognised);
    const counts = lines.pop();
    expect(counts).toMatchObject({ recognitions: lines.length });
    const finals = lines.filter(({ final }) => final).map(({ label }) => label);
    expect(finals).toContain('kick');
    expect(finals).not.toContain('clap');
    expect(Object.keys(lines[0] ?? {})).toEqual(
      ...[['label', 'confidence', 'from', 'to', 'milliseconds', 'final']],
    );
  });

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

interface Recognised {
  readonly label: string;
  readonly final: boolean;
}
