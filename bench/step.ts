/**
 * Times one pretraining step of MoCo, and of MoCo with HaLP, in each precision. Compares it with the matmul floor (the
 * step's matrix products alone) and with PyTorch, which computes the same frame by frame (tools/pytorch/step.py).
 *
 * Each variant of ours and of PyTorch runs in its own process, in turn. Within a process, steps of MoCo and of HaLP
 * alternate on one network, so the cost of the HaLP term is a difference of adjacent steps.
 *
 * Usage: npx tsx --conditions=@halp/source bench/step.ts [--hidden 1024] [--frames 64] [--batch 64] [--queue 16384]
 *        [--joints 25] [--persons 2] [--steps 3] [--rounds 2] [--precision float32,bfloat16] [--python PYTHON]
 *        [--peers float32,medium,autocast]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { bfloat16Instructions, type Precision, startBackend } from '@halp/backend';
import type { EncoderWithHead } from '@halp/encoders';
import { bootstrapInterval } from '@halp/protocols';
import { createRandom, type Random } from '@halp/random';
import { biGruWithHead, pairedSteps, type StepKind } from './pretraining-step.ts';

const { values } = parseArgs({
  options: {
    hidden: { type: 'string', default: '1024' },
    frames: { type: 'string', default: '64' },
    batch: { type: 'string', default: '64' },
    queue: { type: 'string', default: '16384' },
    joints: { type: 'string', default: '25' },
    persons: { type: 'string', default: '2' },
    steps: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '2' },
    precision: { type: 'string', default: 'float32' },
    peers: { type: 'string', default: 'float32' },
    python: { type: 'string' },
    backend: { type: 'string' },
    only: { type: 'string' },
  },
});
const number = (
  name: 'hidden' | 'frames' | 'batch' | 'queue' | 'joints' | 'persons' | 'steps' | 'rounds',
): number => Number(values[name]);
const [hidden, frames, batch, queueSize] = (['hidden', 'frames', 'batch', 'queue'] as const).map(
  number,
) as [number, number, number, number];
const [joints, persons, steps] = [number('joints'), number('persons'), number('steps')];
const inputs = 3 * joints * persons;

interface Timing extends Readonly<Record<StepKind, readonly number[]>> {
  readonly gigabytes: number;
}

if (values.only === undefined) await compare();
else console.log(JSON.stringify(await ownSteps(values.only as Precision)));

/** Runs every variant in its own process, in turn. */
async function compare(): Promise<void> {
  const ways = [
    ...values.precision.split(',').map((name) => ({
      ...{ name: `here, ${name}`, run: (): Timing => runOwn(name) },
    })),
    ...(values.python === undefined ? [] : values.peers.split(',')).map((name) => ({
      ...{ name: `PyTorch, ${name}`, run: (): Timing => runPeer(values.python as string, name) },
    })),
  ];
  const all = ways.map((): Timing[] => []);
  for (let round = 0; round < number('rounds'); round++) {
    for (const [i, { name, run }] of ways.entries()) {
      const timing = run();
      all[i]?.push(timing);
      console.error(`${name}: ${JSON.stringify(timing)}`);
    }
  }
  const { name } = await startBackend(
    values.backend === undefined ? {} : { prefer: values.backend as 'wasm' },
  );
  console.log(
    `${batch} clips of ${frames} frames, 3 × ${hidden} units, ${queueSize} keys, on ${name}` +
      `; bfloat16 by ${bfloat16Instructions() ?? 'nothing'}`,
  );
  const first = all[0] as Timing[];
  for (const [i, way] of ways.entries()) {
    const own = all[i] as Timing[];
    const words = (['moco', 'halp'] as const).map((kind) => {
      const [time, base] = [median(of(own, kind)), median(of(first, kind))];
      return `${kind} ${time.toFixed(0)} ms${i === 0 ? '' : ` (${(time / base).toFixed(2)} times the first)`}`;
    });
    const gigabytes = Math.max(...own.map((each) => each.gigabytes)).toFixed(2);
    console.log(
      `${way.name}: ${words.join(', ')}; ${shareOfTerm(own)}; peak memory ${gigabytes} GB`,
    );
  }
  const floor = await floorOfStep();
  console.log(
    `floor: ${floor.operations.toFixed(0)} GFLOP in ${floor.milliseconds.toFixed(0)} ms at this machine's rates of tf.matMul ` +
      `for each shape, in float32; the first is ${(median(of(first, 'moco')) / floor.milliseconds).toFixed(2)} times that`,
  );
}

function of(all: readonly Timing[], kind: StepKind): number[] {
  return all.flatMap((timing) => timing[kind]);
}

/** Cost of the HaLP term, prototypes included: the mean difference of adjacent steps, with its 95 % interval. */
function shareOfTerm(all: readonly Timing[]): string {
  const [moco, halp] = [of(all, 'moco'), of(all, 'halp')];
  const base = median(moco);
  const shares = halp.map((time, i) => (time - (moco[i] ?? NaN)) / base);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const { low, high } = bootstrapInterval(shares, {}, createRandom(0));
  const [a, b, c] = [mean, low, high].map((share) => (100 * share).toFixed(1));
  return `the HaLP term ${a} % (${b} to ${c}, ${shares.length} pairs)`;
}

function runOwn(precision: string): Timing {
  const args = process.argv.slice(2);
  const options = [
    ...process.execArgv,
    fileURLToPath(import.meta.url),
    ...args,
    '--only',
    precision,
  ];
  const said = execFileSync(process.execPath, options, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(said.trim().split('\n').at(-1) as string) as Timing;
}

function runPeer(python: string, precision: string): Timing {
  const script = fileURLToPath(new URL('../tools/pytorch/step.py', import.meta.url));
  const options = { hidden, frames, batch, queue: queueSize, inputs, steps, precision };
  const said = execFileSync(python, [script, JSON.stringify(options)], { encoding: 'utf8' });
  return JSON.parse(said) as Timing;
}

async function ownSteps(precision: Precision): Promise<Timing> {
  const prefer = values.backend as 'wasm' | undefined;
  await startBackend({ prefer, precision });
  const sizes = { hidden, frames, batch, queueSize, joints, persons };
  const network = (rng: Random): EncoderWithHead => biGruWithHead(sizes, rng);
  const times = await pairedSteps(network, { ...sizes, steps });
  return { ...times, gigabytes: process.resourceUsage().maxRSS / 1e6 };
}

/** Time of the matrix products of a step alone, each at the rate of `tf.matMul` for its shape. */
async function floorOfStep(): Promise<{ operations: number; milliseconds: number }> {
  const rows = frames * batch;
  let [operations, milliseconds] = [0, 0];
  const add = async (m: number, k: number, n: number, times: number): Promise<void> => {
    const flop = 2e-9 * m * k * n;
    operations += flop * times;
    milliseconds += (await fastest(m, k, n)) * times;
  };
  for (let layer = 0; layer < 3; layer++) {
    const width = layer === 0 ? inputs : 2 * hidden;
    // Input projection of query and key, gradient of the input, gradient of the weights.
    await add(rows, width, 6 * hidden, 2);
    await add(rows, 6 * hidden, width, 1);
    await add(6 * hidden, rows, width, 1);
    // Recurrence of query and key with its backward pass, and the gradient of the recurrent weights.
    await add(batch, hidden, 3 * hidden, 4 * frames);
    await add(batch, 3 * hidden, hidden, 2 * frames);
    await add(3 * hidden, rows, hidden, 2);
  }
  return { operations, milliseconds };
}

async function fastest(m: number, k: number, n: number): Promise<number> {
  const [a, b] = [tf.randomNormal<tf.Rank.R2>([m, k]), tf.randomNormal<tf.Rank.R2>([k, n])];
  let best = Infinity;
  for (let i = 0; i < 5; i++) {
    const started = performance.now();
    const product = tf.matMul(a, b);
    await tf.slice(product, [0, 0], [1, 1]).data();
    best = Math.min(best, performance.now() - started);
    product.dispose();
  }
  tf.dispose([a, b]);
  return best;
}

function median(all: readonly number[]): number {
  const sorted = [...all].sort((a, b) => a - b);
  const [low, high] = [(sorted.length - 1) / 2, sorted.length / 2].map(Math.floor);
  return ((sorted[low ?? 0] ?? NaN) + (sorted[high ?? 0] ?? NaN)) / 2;
}
