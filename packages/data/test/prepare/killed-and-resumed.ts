import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { bundled } from '@halp/testing';
import { openDataset, planSynthetic, prepare, verifyDataset } from '../../src/node.ts';
import { temporaryFolder } from '../helpers.ts';

/** A preparation to be killed. */
export const script: URL = new URL('killed-preparation.ts', import.meta.url);

/** Prepares in a separate process, which is killed once `clips` are done; returns how many were done before. */
async function prepareAndKill(out: string, clips: number, workers: number): Promise<number> {
  const args = [await bundled(script), out, String(workers), String(clips)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let resumedAt = 0;
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const [done = 0, resumed = 0] = line.split(' ').map(Number);
    resumedAt = resumed;
    if (done >= clips) child.kill('SIGKILL');
  }
  await ended;
  return resumedAt;
}

/** Kills a preparation several times, at least twice, and resumes it. */
export function killedAndResumedTest(times: number): void {
  const path = temporaryFolder();
  describe('a killed preparation', () => {
    it('resumes with the same bytes', async () => {
      const rng = createRandom(1);
      const plan = planSynthetic({ performers: 2, replications: 1 });
      await prepare(plan, { out: path('whole') });
      const resumed: number[] = [];
      for (let kill = 0; kill < times; kill++) {
        resumed.push(
          await prepareAndKill(path('out'), resumed.length * 16 + 1 + rng.integer(48), kill % 2),
        );
      }
      // If the last clip was already done at the kill, the next call only publishes.
      const { manifest } = await prepare(plan, { out: path('out') });
      expect(resumed.some((clips) => clips > 0)).toBe(true);
      expect(manifest.benchmarks['xsub']?.train.clips).toBe(48);
      for (const benchmark of ['xsub', 'xview']) {
        for (const file of readdirSync(path('whole', benchmark))) {
          const [own, expected] = ['out', 'whole'].map((set) =>
            readFileSync(path(set, benchmark, file)),
          );
          expect([join(benchmark, file), own?.equals(expected as Buffer)]).toEqual([
            join(benchmark, file),
            true,
          ]);
        }
      }
      expect((await verifyDataset(path('out'))).problems).toEqual([]);
      expect(readdirSync(path('out')).sort()).toEqual(['dataset.json', 'xsub', 'xview']);
      await (await openDataset(path('out'), { benchmark: 'xsub', part: 'train' })).close();
    });
  });
}
