import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { createRandom } from '@halp/random';
import { pretrain } from '@halp/runs/node';
import { bundled } from '@halp/testing';
import { openRun } from '@halp/train/node';
import { withFolder } from '../helpers.ts';
import { tinyHalp } from '../tiny.ts';

const script = new URL('killed-training.ts', import.meta.url);

/** Trains in a separate process, which is killed `after` milliseconds after its first checkpoint. */
async function trainAndKill(
  { data, epochs }: { readonly data: string; readonly epochs: number },
  out: string,
  after: number,
): Promise<boolean> {
  const resume = existsSync(join(out, 'manifest.json')) ? ['--resume'] : [];
  const args = [await bundled(script), data, out, String(epochs), ...resume];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const last = join(out, 'checkpoints', 'last.safetensors');
  const before = await contents(last);
  while (child.exitCode === null && (await contents(last)) === before) await pause(2);
  await pause(after);
  child.kill('SIGKILL');
  await ended;
  return child.exitCode === 0;
}

const contents = (path: string): Promise<string | undefined> =>
  readFile(path, 'base64').catch(() => undefined);
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Kills a training several times, each time after some steps, and resumes it. */
export function killedAndResumedTest(times: number): void {
  describe('a killed training', () => {
    // Long enough that the training is still running at every kill: after a kill it runs another 3 to 20 steps.
    const epochs = 8 * (times + 1);
    it('ends with the bytes of an uninterrupted run', { timeout: 3_600_000 }, async () => {
      await withFolder(async (folder) => {
        await startBackend();
        const [data, whole, out] = ['data', 'whole', 'killed'].map((name) =>
          join(folder, name),
        ) as [string, string, string];
        await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
        const common = { recipe: tinyHalp, data, seed: 3, epochs };
        const undisturbed = await pretrain({ ...common, out: whole });
        const rng = createRandom(1);
        let kills = 0;
        for (; kills < times; kills++) {
          if (await trainAndKill(common, out, rng.integer(40))) break;
        }
        const resumed = await pretrain({
          ...common,
          out,
          resume: true,
          saveEvery: 1,
          saveEverySteps: 2,
        });
        expect(kills).toBe(times);
        const [own, expected] = await Promise.all(
          [resumed, undisturbed].map((run) => readFile(run.checkpointPath())),
        );
        expect(own?.equals(expected as Buffer)).toBe(true);
        expect(resumed.log.map(({ losses }) => losses)).toEqual(
          undisturbed.log.map(({ losses }) => losses),
        );
        expect((await openRun(out)).log).toHaveLength(epochs);
      });
    });
  });
}
