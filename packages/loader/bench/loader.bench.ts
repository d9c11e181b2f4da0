/**
 * Clips per second with two views each (`halpPretrainView`) from a prepared data set like NTU RGB+D: float32
 * [N, 3, 300, 25, 2], 40 to 300 valid frames, 85 on average, in the page cache.
 *
 *     npx tsx --conditions=@halp/source packages/loader/bench/loader.bench.ts [clips] [epochs]
 *
 * Without the condition it measures the built packages, which are faster: from source, tsx names every function when it is
 * created.
 *
 * Each number of workers is measured in a separate process. The fastest epoch counts, since other load can only slow an epoch
 * down. "clips/s" are clips per second of wall-clock time; "per core" are clips per second of processor time of all threads.
 * The ratios refer to the 2,240 clips/s of the authors' feeder on one idle core of such a machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { halpPretrainView } from '@halp/augment';
import { openDataset } from '@halp/data/node';
import { createThreadedLoader } from '@halp/loader/node';
import { createRandom } from '@halp/random';
import { writePreparedSet } from '../test/prepared-set.ts';

const AUTHORS = 2240;

interface Measured {
  /** Clips per second of wall-clock time. */
  readonly clock: number;
  /** Clips per second of processor time. */
  readonly core: number;
  /** Peak resident memory, MB. */
  readonly peak: number;
}

const [first = '512', second = '40', third] = process.argv.slice(2);
if (third === undefined) await compare(Number(first), Number(second));
else console.log(JSON.stringify(await measure(first, Number(second), Number(third))));

async function compare(clips: number, epochs: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'halp-loader-bench-'));
  try {
    const frames = lengths(clips);
    await writePreparedSet(dir, { layout: 'kinect-v2', persons: 2, longest: 300, frames });
    const before = loadavg()[0]?.toFixed(1);
    console.log('workers   clips/s     ratio   per core     ratio   peak MB');
    for (const workers of [0, 1, 2]) {
      const { clock, core, peak } = inProcess(dir, epochs, workers);
      const cells = [clock, clock / AUTHORS, core, core / AUTHORS, peak];
      const text = cells.map((cell, i) => cell.toFixed(i % 2 === 1 ? 1 : 0).padStart(9));
      console.log(`${String(workers).padStart(7)} ${text.join(' ')}`);
    }
    const load = `load ${before} before and ${loadavg()[0]?.toFixed(1)} after`;
    console.log(`Node ${process.version}, ${availableParallelism()} cores, ${load}`);
  } finally {
    await rm(dir, { recursive: true });
  }
}

function inProcess(dir: string, epochs: number, workers: number): Measured {
  const script = [fileURLToPath(import.meta.url), dir, String(epochs), String(workers)];
  const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, ...script]);
  if (stdout.length === 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString()) as Measured;
}

async function measure(dir: string, epochs: number, workers: number): Promise<Measured> {
  const dataset = await openDataset(dir, { part: 'train' });
  const view = halpPretrainView();
  const options = { batchSize: 64, views: [view, view], shuffle: true, dropLast: true };
  const loader = await createThreadedLoader(
    dataset,
    // No clip is kept: every one is read from its file.
    { ...options, workers, cacheBytes: 0 },
    createRandom(0),
  );
  const clips = loader.batchesPerEpoch * options.batchSize;
  let [clock, core] = [0, 0];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    for await (const { views } of loader.epoch(epoch)) void views;
    const { user, system } = process.cpuUsage(used);
    clock = Math.max(clock, (clips * 1e3) / (performance.now() - start));
    core = Math.max(core, (clips * 1e6) / (user + system));
  }
  await loader.close();
  await dataset.close();
  return { clock, core, peak: process.resourceUsage().maxRSS / 1000 };
}

/** Lengths from 40 frames, exponentially distributed with mean 85. */
function lengths(clips: number): number[] {
  const rng = createRandom(0);
  return Array.from({ length: clips }, () =>
    Math.min(300, Math.round(40 - 45 * Math.log(1 - rng.uniform()))),
  );
}
