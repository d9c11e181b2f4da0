/**
 * Measures clips per second of pretraining on WebGPU: MoCo, and MoCo with HaLP, for the BiGRU of the paper's size and
 * for ST-GCN. Alternates with PyTorch on the same GPU (tools/pytorch/gpu.py, which calls the BiGRU frame by frame as
 * the authors' code does), each in its own process.
 *
 * It has not been run on a GPU yet. `--software` runs it without a GPU to test the script; those times mean nothing.
 *
 * Usage: npx tsx --conditions=@halp/source bench/gpu.ts --python PYTHON [--device NAME] [--hidden 1024] [--frames 64]
 *        [--batch 64] [--queue 16384] [--persons 2] [--width 64] [--features 256] [--steps 20] [--rounds 2] [--software]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeBackend, startBackend } from '@halp/backend';
import type { EncoderWithHead } from '@halp/encoders';
import type { Random } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';
import { useSoftwareVulkan } from '../packages/testing/src/software-vulkan.ts';
import { biGruWithHead, stGcnWithHead, timedSteps } from './pretraining-step.ts';

const { values } = parseArgs({
  options: {
    hidden: { type: 'string', default: '1024' },
    frames: { type: 'string', default: '64' },
    batch: { type: 'string', default: '64' },
    queue: { type: 'string', default: '16384' },
    persons: { type: 'string', default: '2' },
    width: { type: 'string', default: '64' },
    features: { type: 'string', default: '256' },
    steps: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '2' },
    python: { type: 'string' },
    device: { type: 'string' },
    software: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const sizes = {
  hidden: Number(values.hidden),
  frames: Number(values.frames),
  batch: Number(values.batch),
  queueSize: Number(values.queue),
  persons: Number(values.persons),
  width: Number(values.width),
  features: Number(values.features),
  steps: Number(values.steps),
  joints: kinectV2.joints.length,
};
const KINDS = ['bigru-moco', 'bigru-halp', 'stgcn-moco', 'stgcn-halp'] as const;
type Kind = (typeof KINDS)[number];

interface Timing {
  readonly milliseconds: readonly number[];
  /** The device that computed. */
  readonly device: string;
}

if (values.only === undefined) compare();
else console.log(JSON.stringify(await ownSteps(values.only as Kind)));

function compare(): void {
  for (const kind of KINDS) {
    const ours: Timing[] = [];
    const theirs: Timing[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      ours.push(runOwn(kind));
      if (values.python !== undefined) theirs.push(runPeer(values.python, kind));
    }
    console.log(`${kind}: ${summary('WebGPU', ours)}`);
    if (theirs.length === 0) continue;
    console.log(`  ${summary('PyTorch', theirs)}`);
    const ratio = median(theirs.flatMap(each)) / median(ours.flatMap(each));
    console.log(`  WebGPU / PyTorch: ${ratio.toFixed(2)} × clips per second`);
  }
}

function summary(who: string, timings: readonly Timing[]): string {
  const milliseconds = median(timings.flatMap(each));
  const rate = (1000 * sizes.batch) / milliseconds;
  return `${who} ${milliseconds.toFixed(1)} ms a step, ${rate.toFixed(0)} clips/s, on ${timings[0]?.device ?? ''}`;
}

function each({ milliseconds }: Timing): readonly number[] {
  return milliseconds;
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
  const script = fileURLToPath(new URL('../tools/pytorch/gpu.py', import.meta.url));
  const [encoder, method] = kind.split('-');
  const { queueSize: queue, ...rest } = sizes;
  const options = { ...rest, queue, encoder, halp: method === 'halp', cpu: values.software };
  const said = execFileSync(python, [script, JSON.stringify(options)], { encoding: 'utf8' });
  return JSON.parse(said) as Timing;
}

async function ownSteps(kind: Kind): Promise<Timing> {
  const { device: name } = values;
  if (values.software) useSoftwareVulkan();
  const backend = await startBackend({ prefer: 'webgpu', device: name });
  const { device } = await describeBackend(backend);
  if (!device.startsWith('GPU') && !values.software) {
    throw new Error(`expected a GPU, got ${device}; add --software to run without a GPU`);
  }
  const network = (rng: Random): EncoderWithHead =>
    kind.startsWith('bigru') ? biGruWithHead(sizes, rng) : stGcnWithHead(sizes, rng);
  const withPositives = kind.endsWith('halp');
  return { milliseconds: await timedSteps(network, { ...sizes, withPositives }), device };
}

function median(all: readonly number[]): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
