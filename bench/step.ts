/**
 * How long one pretraining step takes: MoCo, and MoCo with HaLP, beside the floor that the machine's own matrix
 * products set, and beside PyTorch computing the same frame by frame (tools/pytorch/step.py), in turn.
 *
 * Usage: npx tsx --conditions=@halp/source bench/step.ts [--hidden 1024] [--frames 64] [--batch 64] [--queue 16384]
 *        [--joints 25] [--persons 2] [--steps 3] [--rounds 2] [--python PYTHON]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { useBackend } from '@halp/backend';
import type { EncoderWithHead } from '@halp/encoders';
import type { Random } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';

import { biGruWithHead, timedSteps } from './pretraining-step.ts';

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

if (values.only === undefined) await compare();
else console.log(JSON.stringify(await ownSteps(values.only === 'halp')));

/** Our step in a process of its own, PyTorch's in another, in turn. */
async function compare(): Promise<void> {
  const ours: Record<string, number[]> = { moco: [], halp: [] };
  const theirs: Record<string, number[]> = { moco: [], halp: [] };
  const memory: Record<string, number> = {};
  for (let round = 0; round < number('rounds'); round++) {
    for (const kind of ['moco', 'halp']) {
      const own = runOwn(kind);
      ours[kind]?.push(...own.milliseconds);
      memory[`ours ${kind}`] = own.gigabytes;
      if (values.python === undefined) continue;
      const peer = runPeer(values.python, kind);
      theirs[kind]?.push(...peer.milliseconds);
      memory[`PyTorch ${kind}`] = peer.gigabytes;
    }
  }
  const { name } = await useBackend(
    values.backend === undefined ? {} : { prefer: values.backend as 'wasm' },
  );
  console.log(
    `${batch} clips of ${frames} frames, 3 × ${hidden} units, ${queueSize} keys, on ${name}`,
  );
  for (const kind of ['moco', 'halp']) {
    const [own, peer] = [median(ours[kind] ?? []), median(theirs[kind] ?? [])];
    const beside = Number.isNaN(peer)
      ? ''
      : `; PyTorch ${peer.toFixed(0)} ms, ratio ${(peer / own).toFixed(2)}`;
    console.log(
      `${kind}: ${own.toFixed(0)} ms a step (${((1000 * batch) / own).toFixed(1)} clips/s)${beside}`,
    );
  }
  const share = median(ours['halp'] ?? []) / median(ours['moco'] ?? []) - 1;
  console.log(`the HaLP term, prototypes included: ${(100 * share).toFixed(1)} % of the step`);
  for (const [who, gigabytes] of Object.entries(memory))
    console.log(`peak memory, ${who}: ${gigabytes.toFixed(2)} GB`);
  const floor = await floorOfStep();
  console.log(
    `floor: ${floor.operations.toFixed(0)} GFLOP in ${floor.milliseconds.toFixed(0)} ms at this machine's rates of tf.matMul ` +
      `for each shape; the step is ${(median(ours['moco'] ?? []) / floor.milliseconds).toFixed(2)} times that`,
  );
}

interface Timing {
  readonly milliseconds: readonly number[];
  readonly gigabytes: number;
}

function runOwn(kind: string): Timing {
  const args = process.argv.slice(2);
  const options = [...process.execArgv, fileURLToPath(import.meta.url), ...args, '--only', kind];
  const said = execFileSync(process.execPath, options, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(said.trim().split('\n').at(-1) as string) as Timing;
}

function runPeer(python: string, kind: string): Timing {
  const script = fileURLToPath(new URL('../tools/pytorch/step.py', import.meta.url));
  const options = { hidden, frames, batch, queue: queueSize, inputs, steps, halp: kind === 'halp' };
  const said = execFileSync(python, [script, JSON.stringify(options)], { encoding: 'utf8' });
  return JSON.parse(said) as Timing;
}

async function ownSteps(withPositives: boolean): Promise<Timing> {
  await useBackend(values.backend === undefined ? {} : { prefer: values.backend as 'wasm' });
  const sizes = { hidden, frames, batch, queueSize, joints, persons };
  const network = (rng: Random): EncoderWithHead => biGruWithHead(sizes, rng);
  const milliseconds = await timedSteps(network, { ...sizes, withPositives, steps });
  return { milliseconds, gigabytes: process.resourceUsage().maxRSS / 1e6 };
}

/** The time that the matrix products of a step take on their own, each at the rate of its shape. */
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
    // Projection of query and key; gradient of the input; gradient of the weights.
    await add(rows, width, 6 * hidden, 2);
    await add(rows, 6 * hidden, width, 1);
    await add(6 * hidden, rows, width, 1);
    // Two halves: the recurrence of query and key, and backwards; the gradient of the recurrent weights.
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
  return sorted.length === 0 ? NaN : (sorted[Math.floor(sorted.length / 2)] as number);
}
