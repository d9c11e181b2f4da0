import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type PoolTask, runPool } from '../../src/sweep/process-pool.ts';
import { withFolder } from '../helpers.ts';

/** A task that runs a line of JavaScript. */
function task(folder: string, name: string, script: string): PoolTask {
  return { name, command: [process.execPath, '-e', script], log: join(folder, `${name}.log`) };
}

async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('runPool', () => {
  it('runs every task, at most the given number at a time, and keeps their output', async () => {
    await withFolder(async (folder) => {
      const tasks = ['a', 'b', 'c', 'd', 'e'].map((name) =>
        task(folder, name, `console.log('${name}'); console.error('too')`),
      );
      const counts: number[] = [];
      const ends = await runPool(tasks, {
        processes: 2,
        onChange: (running) => counts.push(running.length),
      });
      expect(ends).toEqual(tasks.map(({ name }) => ({ name, status: 0 })));
      expect(Math.max(...counts)).toBe(2);
      expect(counts.at(-1)).toBe(0);
      expect(await readFile(join(folder, 'c.log'), 'utf8')).toBe('c\ntoo\n');
    });
  });

  it('continues after a failure, and returns the result of each task', async () => {
    await withFolder(async (folder) => {
      const tasks = [
        task(folder, 'fails', 'process.exit(3)'),
        task(folder, 'dies', "process.kill(process.pid, 'SIGKILL')"),
        { name: 'none', command: [join(folder, 'none')], log: join(folder, 'none.log') },
        task(folder, 'works', ''),
      ];
      const ends = await runPool(tasks, { processes: 1 });
      expect(ends.map(({ status }) => status)).toEqual([
        3,
        'SIGKILL',
        expect.stringContaining('ENOENT'),
        0,
      ]);
    });
  });

  it('assigns one GPU to each process, and leaves the environment unchanged without GPUs', async () => {
    await withFolder(async (folder) => {
      const script =
        "console.log(process.env['CUDA_VISIBLE_DEVICES'] ?? 'none', process.env['HALP_DEVICE'] ?? '')";
      const seen = async (
        names: readonly string[],
        gpus?: readonly string[],
      ): Promise<string[]> => {
        const tasks = names.map((name) => task(folder, name, script));
        await runPool(tasks, { processes: 2, ...(gpus === undefined ? {} : { gpus }) });
        const logs = names.map((name) => readFile(join(folder, `${name}.log`), 'utf8'));
        return (await Promise.all(logs)).map((log) => log.trim());
      };
      vi.stubEnv('CUDA_VISIBLE_DEVICES', '7').stubEnv('HALP_DEVICE', '7');
      try {
        expect(await seen(['a', 'b'], ['2', '5'])).toEqual(['2', '5']);
        expect(await seen(['c'])).toEqual(['7 7']);
      } finally {
        vi.unstubAllEnvs();
      }
    });
  });

  it('interrupts running tasks, waits for them, and starts no other', async () => {
    await withFolder(async (folder) => {
      const ready = join(folder, 'ready');
      const script =
        `process.on('SIGINT', () => setTimeout(() => { console.log('saved'); process.exit(130) }, 50));` +
        `require('fs').writeFileSync(${JSON.stringify(ready)}, ''); setInterval(() => {}, 1000);`;
      const controller = new AbortController();
      const pool = runPool([task(folder, 'runs', script), task(folder, 'waits', '')], {
        processes: 1,
        signal: controller.signal,
      });
      await appears(ready);
      const interrupts = process.listenerCount('SIGINT');
      controller.abort();
      await expect(pool).rejects.toThrow(/abort/i);
      expect(await readFile(join(folder, 'runs.log'), 'utf8')).toBe('saved\n');
      expect(existsSync(join(folder, 'waits.log'))).toBe(false);
      expect(process.listenerCount('SIGINT')).toBe(interrupts);
    });
  });

  it('kills tasks that do not end after an interrupt, by a second signal', async () => {
    await withFolder(async (folder) => {
      const ready = join(folder, 'ready');
      const script =
        `process.on('SIGINT', () => require('fs').writeFileSync(${JSON.stringify(join(folder, 'asked'))}, ''));` +
        `require('fs').writeFileSync(${JSON.stringify(ready)}, ''); setInterval(() => {}, 1000);`;
      const [first, second] = [new AbortController(), new AbortController()];
      const pool = runPool([task(folder, 'stays', script)], {
        ...{ processes: 1, signal: first.signal, kill: second.signal },
      });
      await appears(ready);
      first.abort();
      await appears(join(folder, 'asked'));
      second.abort();
      await expect(pool).rejects.toThrow(/abort/i);
    });
  });
});
