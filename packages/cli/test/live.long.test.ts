import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseExamples } from '@halp/live';
import { linesOf, live } from './live-stream.ts';

interface Recognised {
  readonly label: string;
  readonly final: boolean;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halp-live-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('halp live teaches movements of a stream and recognises another performer in lines of JSON', async () => {
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
