import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { syntheticRecording } from '@halp/data';
import { createRandom } from '@halp/random';
import { mediapipe33 } from '@halp/skeleton';
import { type Done, mainProgram } from './helpers.ts';

/** The encoder of the site. */
export const encoder = fileURLToPath(
  new URL('../../../docs/live/encoder/encoder.safetensors', import.meta.url),
);

/** Lines of frames: a second of rest, an action, and a second of rest, twice. */
export function linesOf(action: number, subject: number): string {
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

/** Lines of frames of MediaPipe, y down: a second of rest, a kick of 2 s with a foot that goes up to a height, and rest. */
export function kickLines(height: number): string {
  const joints = mediapipe33.joints.map((name, v) => ({ name, at: [0.1 * (v % 5), 0.1 + v / 33] }));
  const lines = Array.from({ length: 150 }, (_, i) => {
    const t = i / 30 - 1;
    const up = t > 0 && t < 2 ? height * Math.sin((Math.PI * t) / 2) : 0;
    const frame = joints.map(({ name, at: [x = 0, y = 0] }) => {
      const share = /^right (ankle|heel|foot)/.test(name) ? 1 : name === 'right knee' ? 0.5 : 0;
      return [x, y - share * up, 2];
    });
    return JSON.stringify({ seconds: i / 30, joints: frame });
  });
  return `${lines.join('\n')}\n`;
}

/** Runs `halp live` with a text on its standard input. */
export async function live(input: string, ...args: readonly string[]): Promise<Done> {
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
