/**
 * Measures how fast NTU RGB+D recordings are prepared: synthetic text files of realistic length are read, normalised
 * and written as prepared arrays. Prints the rates of the authors' scripts for comparison.
 *
 * Usage: npm run build && npx tsx bench/prepare.ts [files] [folder]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureMatMul, startBackend } from '@halp/backend';
import {
  formatNtuName,
  type NtuName,
  parseNtuSkeleton,
  type Recording,
  syntheticRecording,
} from '@halp/data';
import { createRandom } from '@halp/random';

/** Files and clips per second of the authors' scripts, one process, idle machine of the same kind. */
const AUTHORS = { reading: 112, together: 23 };
const FRAMES = 85;

const files = Number(process.argv[2] ?? 1000);
const folder = join(process.argv[3] ?? tmpdir(), 'halp-bench-prepare');

rmSync(folder, { recursive: true, force: true });
const paths = writeRecordings(files, join(folder, 'raw'));
const megabytes = paths.reduce((sum, { size }) => sum + size, 0) / 1e6;
console.log(`${files} files of ${FRAMES} frames, ${(megabytes / files).toFixed(3)} MB each`);

// The first round warms up the compiler, the second is timed.
readAll();
const reading = seconds(readAll);
report('reading, one thread', reading, AUTHORS.reading);

for (const benchmarks of [['xsub'], ['xsub', 'xview']]) {
  for (const workers of [0, availableParallelism()]) {
    // Excludes pending writes of the previous round and disk reads of the raw files from the timing.
    if (process.platform === 'linux') execFileSync('sync');
    for (const { path } of paths) readFileSync(path);
    const { took, memory } = prepareAlone(benchmarks, workers);
    const threads = workers === 0 ? 'one thread' : `${workers} workers`;
    report(`preparing ${benchmarks.join(' and ')}, ${threads}`, took, AUTHORS.together);
    console.log(`  peak resident memory: ${memory.toFixed(0)} MB`);
  }
}

const { name } = await startBackend();
console.log(
  `yardstick: tf.matMul on ${name}, ${(await measureMatMul()).gflops.toFixed(0)} GFLOP/s`,
);
rmSync(folder, { recursive: true, force: true });

/** Prepares in a separate process from the built package, as a user's program would. */
function prepareAlone(
  benchmarks: readonly string[],
  workers: number,
): { readonly took: number; readonly memory: number } {
  const [raw, out] = [join(folder, 'raw'), join(folder, 'out')];
  const script = `
    import { planNtu, prepare } from '@halp/data/node';
    const plan = await planNtu({ set: 'ntu60', raw: ${JSON.stringify(raw)}, benchmarks: ${JSON.stringify(benchmarks)} });
    const started = performance.now();
    await prepare(plan, { out: ${JSON.stringify(out)}, workers: ${workers} });
    const took = (performance.now() - started) / 1000;
    console.log(JSON.stringify({ took, memory: process.resourceUsage().maxRSS / 1e3 }));`;
  const args = ['--input-type=module', '--eval', script];
  const said = execFileSync(process.execPath, args, { encoding: 'utf8' });
  rmSync(out, { recursive: true });
  return JSON.parse(said) as { took: number; memory: number };
}

function report(what: string, took: number, theirs: number): void {
  const rate = files / took;
  console.log(
    `${what}: ${rate.toFixed(0)} files/s, ${(megabytes / took).toFixed(0)} MB/s; ` +
      `the authors' ${theirs}, ratio ${(rate / theirs).toFixed(1)}`,
  );
}

function readAll(): void {
  for (const { path } of paths) parseNtuSkeleton(readFileSync(path), path);
}

function seconds(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/** Writes files with NTU's names for both parts of each benchmark, with as many digits and fields as real files. */
function writeRecordings(
  count: number,
  out: string,
): readonly { readonly path: string; readonly size: number }[] {
  mkdirSync(out, { recursive: true });
  const texts = Array.from({ length: 16 }, (_, i) => textOf(recordingOf(i)));
  return Array.from({ length: count }, (_, i) => {
    const text = texts[i % texts.length] as string;
    const path = join(out, `${formatNtuName(nameOf(i))}.skeleton`);
    writeFileSync(path, text);
    return { path, size: text.length };
  });
}

function nameOf(i: number): NtuName {
  const [action, camera, subject] = [1 + (i % 49), 1 + (i % 3), 1 + (Math.floor(i / 147) % 40)];
  return { setup: 1 + Math.floor(i / 5880), camera, subject, replication: 1, action };
}

/** A recording of {@link FRAMES} frames. One in eight has two persons, as in the data set. */
function recordingOf(i: number): Recording {
  const action = i % 8 === 7 ? 15 : 1 + (i % 14);
  const name: NtuName = { setup: 1, camera: 1, subject: 1, replication: 1 + i, action };
  const { joints, frames } = syntheticRecording(name, createRandom(0));
  return {
    joints,
    frames: Array.from({ length: FRAMES }, (_, t) => frames[t % frames.length] ?? []),
  };
}

/** The recording as text, with seven digits per number and values in all twelve fields, as the sensor's software writes it. */
function textOf({ frames }: Recording): string {
  const short = (value: number): string => String(Number(value.toPrecision(7)));
  const lines = [String(frames.length)];
  for (const bodies of frames) {
    lines.push(String(bodies.length));
    for (const { id, joints } of bodies) {
      lines.push(`${id} 0 1 1 1 1 0 0.02764709 0.05745083 2`, '25');
      for (let j = 0; j < joints.length; j += 3) {
        const [x, y, z] = [0, 1, 2].map((c) => joints[j + c] as number) as [number, number, number];
        const depth = [257 + x * 90, 200 - y * 90].map(short);
        const color = [960 + x * 270, 540 - y * 270].map(short);
        const turn = [-0.2059419 + x / 9, 0.05349901 + y / 9, 0.9692109 - x / 9, -0.1239193].map(
          short,
        );
        const place = [x, y, z].map(short);
        lines.push([...place, ...depth, ...color, ...turn, '2'].join(' '));
      }
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}
