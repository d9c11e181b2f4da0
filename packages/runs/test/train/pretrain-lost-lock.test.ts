import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { planSynthetic, prepare } from '@halp/data/node';
import { pretrain } from '@halp/runs/node';
import { onBackend } from '@halp/testing';
import { openRun, RUN_LOCK } from '@halp/train/node';
import { withFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

afterEach(() => void vi.useRealTimers());

onBackend('wasm', () => {
  it('a training stops writing when another process has taken its lock', async () => {
    await withFolder(async (folder) => {
      const [data, out] = [join(folder, 'data'), join(folder, 'run')];
      await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const other = JSON.stringify({ pid: 1, host: 'elsewhere', token: 'a' });
      let epochs = 0;
      const takeOver = async (): Promise<void> => {
        await vi.waitUntil(() => existsSync(join(out, 'log.jsonl')), {
          interval: 5,
          timeout: 600_000,
        });
        epochs = (await openRun(out)).log.length;
        await writeFile(join(folder, 'lock'), other);
        await rename(join(folder, 'lock'), join(out, RUN_LOCK));
        // A heartbeat of the lock, which finds the other process's lock.
        vi.advanceTimersByTime(15_000);
      };
      const training = pretrain({ recipe: tinyMoco, data, out, epochs: 5000 });
      const taken = takeOver();
      await expect(training).rejects.toThrow('taken over by process 1 on elsewhere');
      await taken;
      expect(await readFile(join(out, RUN_LOCK), 'utf8')).toBe(other);
      // Writes in progress may have completed; no new write was started.
      expect((await openRun(out)).log.length).toBeLessThan(epochs + 100);
      expect(existsSync(join(out, 'checkpoints', 'last.safetensors'))).toBe(
        (await openRun(out)).log.length >= 10,
      );
    });
  });
});
