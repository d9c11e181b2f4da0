/**
 * Times a training step (forward and backward pass of a weighted sum of the features) and an inference of ST-GCN,
 * alternating with PyTorch on the same computation (tools/pytorch/encoders.py), each in its own process.
 *
 * Usage: npx tsx --conditions=@halp/source bench/encoders.ts [--width 16] [--features 256] [--batch 64] [--frames 50]
 *        [--persons 2] [--steps 5] [--rounds 2] [--threads 2] [--python PYTHON]
 *        [--backend wasm]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { startBackend } from '@halp/backend';
import { stGcn } from '@halp/encoders';
import { valueAndGradients, withoutGradient } from '@halp/nn';
import { createRandom } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '16' },
    features: { type: 'string', default: '256' },
    batch: { type: 'string', default: '64' },
    frames: { type: 'string', default: '50' },
    persons: { type: 'string', default: '2' },
    steps: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    threads: { type: 'string' },
    python: { type: 'string' },
    backend: { type: 'string' },
    only: { type: 'string' },
  },
});
const names = ['width', 'features', 'batch', 'frames', 'persons', 'steps', 'rounds'] as const;
const [width, features, batch, frames, persons, steps, rounds] = names.map((name) =>
  Number(values[name]),
) as [number, number, number, number, number, number, number];
const joints = kinectV2.joints.length;
const threads = values.threads === undefined ? {} : { threads: Number(values.threads) };
const kinds = ['train', 'key', 'inference'] as const;
type Kind = (typeof kinds)[number];

interface Timing {
  readonly milliseconds: readonly number[];
  /** Processor time of all threads of the process. On a busy machine compare this rather than elapsed time. */
  readonly processor: readonly number[];
  readonly gigabytes: number;
}

if (values.only === undefined) compare();
else console.log(JSON.stringify(await ownPasses(values.only as Kind)));

function compare(): void {
  const backend = values.backend ?? 'the fastest backend';
  console.log(
    `ST-GCN, width ${width}, ${features} features: ${batch} clips of ${frames} frames, ${joints} joints, ${persons} persons, on ${backend}`,
  );
  for (const kind of kinds) {
    const ours: Timing[] = [];
    const theirs: Timing[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(runOwn(kind));
      if (values.python !== undefined) theirs.push(runPeer(values.python, kind));
    }
    console.log(`${kind}: ${summary(ours)}`);
    if (theirs.length > 0) {
      const ratio = (of: keyof Omit<Timing, 'gigabytes'>): string =>
        (medianOf(theirs, of) / medianOf(ours, of)).toFixed(2);
      console.log(
        `  PyTorch: ${summary(theirs)}; ratio ${ratio('milliseconds')}, of processor time ${ratio('processor')}`,
      );
    }
  }
}

function summary(timings: readonly Timing[]): string {
  const milliseconds = medianOf(timings, 'milliseconds');
  const processor = medianOf(timings, 'processor');
  const memory = Math.max(...timings.map(({ gigabytes }) => gigabytes));
  const rate = (1000 * batch) / milliseconds;
  return `${milliseconds.toFixed(0)} ms (${rate.toFixed(1)} clips/s), processor time ${processor.toFixed(0)} ms, peak ${memory.toFixed(2)} GB`;
}

function medianOf(timings: readonly Timing[], of: keyof Omit<Timing, 'gigabytes'>): number {
  return median(timings.flatMap((timing) => timing[of]));
}

function runOwn(kind: Kind): Timing {
  const options = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const said = execFileSync(process.execPath, [...options, '--only', kind], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(said.trim().split('\n').at(-1) as string) as Timing;
}

function runPeer(python: string, kind: Kind): Timing {
  const script = fileURLToPath(new URL('../tools/pytorch/encoders.py', import.meta.url));
  const options = { width, features, batch, frames, joints, persons, steps, kind, ...threads };
  const said = execFileSync(python, [script, JSON.stringify(options)], { encoding: 'utf8' });
  return JSON.parse(said) as Timing;
}

/** Times of all passes but the first, which includes one-time allocation. */
async function ownPasses(kind: Kind): Promise<Timing> {
  await startBackend({
    ...(values.backend === undefined ? {} : { prefer: values.backend as 'wasm' }),
    ...threads,
  });
  const encoder = stGcn({ layout: kinectV2, persons, width, features }, createRandom(0));
  const clips = tf.randomNormal<tf.Rank.R5>(
    [batch, 3, frames, joints, persons],
    0,
    1,
    'float32',
    5,
  );
  const weights = tf.randomNormal([batch, features], 0, 1, 'float32', 6);
  const milliseconds: number[] = [];
  const processor: number[] = [];
  for (let step = 0; step <= steps; step++) {
    const started = performance.now();
    const used = process.cpuUsage();
    const value = pass();
    const [result = NaN] = await value.data();
    if (!Number.isFinite(result)) throw new Error(`pass ${step}: ${result}`);
    value.dispose();
    milliseconds.push(performance.now() - started);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
  }
  return {
    milliseconds: milliseconds.slice(1),
    processor: processor.slice(1),
    gigabytes: process.resourceUsage().maxRSS / 1e6,
  };

  function pass(): tf.Scalar {
    switch (kind) {
      case 'train': {
        const { value, gradients } = valueAndGradients(
          () =>
            tf.sum(tf.mul(encoder.apply(clips, { mode: 'train', rng: createRandom(0) }), weights)),
          encoder.params,
        );
        tf.dispose({ ...gradients });
        return value;
      }
      case 'key':
        return withoutGradient(() =>
          tf.sum(encoder.apply(clips, { mode: 'train', rng: createRandom(0) })),
        );
      case 'inference':
        return tf.tidy(() => tf.sum(encoder.apply(clips, { mode: 'eval' })));
    }
  }
}

function median(all: readonly number[]): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
