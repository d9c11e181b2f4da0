import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '@halp/files/node';
import { eventText, pretrain, type RunEvent } from '@halp/runs/node';
import { onBackend, onEachBackend } from '@halp/testing';
import { openRun, RUN_LOCK } from '@halp/train/node';
import { tinyHalp, tinyMoco } from '../tiny.ts';
import { withData } from './with-data.ts';

// More trainings that are interrupted and resumed are tested in the long lane.
describe('pretrain', () => {
  onBackend('wasm', () => {
    it('resumes with the bytes of an uninterrupted run', async () => {
      await withData(async (data, folder) => {
        const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
        const common = { recipe: tinyMoco, data, seed: 1 };
        const undisturbed = await pretrain({ ...common, out: whole, epochs: 2 });
        await pretrain({ ...common, out: parts, epochs: 1 });
        const resumed = await pretrain({ ...common, out: parts, epochs: 2, resume: true });
        const bytes = await readFile(resumed.checkpointPath());
        expect(bytes.equals(await readFile(undisturbed.checkpointPath()))).toBe(true);
      });
    });

    it('has losses in the progress from the first step on, also in epochs of a few steps', async () => {
      await withData(async (data, folder) => {
        const texts: string[] = [];
        const onEvent = (event: RunEvent): void => {
          if (event.kind === 'step') texts.push(eventText(event));
        };
        const out = join(folder, 'run');
        const { log } = await pretrain({ recipe: tinyMoco, data, out, epochs: 2, onEvent });
        expect(texts).toHaveLength(6);
        for (const text of texts) expect(text).toMatch(/^epoch [12] {2}infonce \d+\.\d{3} {2}/);
        expect(texts[5]).toContain(`infonce ${log[1]?.losses['infonce']?.toFixed(3)}`);
      });
    });

    it('stops in the kNN after an epoch, and resumes with the log and bytes of an uninterrupted run', async () => {
      await withData(async (data, folder) => {
        const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
        const common = { recipe: tinyMoco, data, seed: 1, epochs: 2, knnEvery: 1 };
        const undisturbed = await pretrain({ ...common, out: whole });
        const controller = new AbortController();
        const { signal } = controller;
        const onEvent = (event: RunEvent): void => {
          // The last step of the second epoch.
          if (event.kind === 'step' && event.step === event.steps) controller.abort();
        };
        await expect(pretrain({ ...common, out: parts, signal, onEvent })).rejects.toThrow();
        const stopped = await openRun(parts);
        expect(stopped.log.map(({ epoch }) => epoch)).toEqual([0]);
        expect((await stopped.checkpoints()).at(-1)).toMatchObject({ epoch: 1 });
        const resumed = await pretrain({ ...common, out: parts, resume: true });
        const metrics = ({ log }: typeof resumed) => log.map((report) => report.metrics);
        expect(metrics(resumed)).toEqual(metrics(undisturbed));
        const bytes = await readFile(resumed.checkpointPath());
        expect(bytes.equals(await readFile(undisturbed.checkpointPath()))).toBe(true);
      });
    });
  });

  onEachBackend(() => {
    it('removes a new folder after a training that could not start, but not an empty one of the caller', async () => {
      await withData(async (data, folder) => {
        const [kept, removed] = [join(folder, 'kept'), join(folder, 'removed')];
        await mkdir(kept);
        for (const out of [kept, removed]) {
          const options = { recipe: tinyHalp, data: join(folder, 'none'), out };
          await expect(pretrain(options)).rejects.toThrow('expected a prepared data set');
        }
        expect([existsSync(kept), existsSync(removed), existsSync(data)]).toEqual([
          true,
          false,
          true,
        ]);
      });
    });

    it('rejects a run that another process is training, with the id of the process', async () => {
      await withData(async (data, folder) => {
        const out = join(folder, 'run');
        const lock = await takeLock(join(out, RUN_LOCK), 'it');
        await expect(pretrain({ recipe: tinyMoco, data, out })).rejects.toThrow(
          `the run ${out} is in use by process ${process.pid}; wait for it or stop it`,
        );
        await lock.release();
        await pretrain({ recipe: tinyMoco, data, out, epochs: 1 });
      });
    });

    it('rejects a queue shorter than a batch before it writes anything', async () => {
      await withData(async (data, folder) => {
        const objective = { ...tinyMoco.objective, queueSize: 8 };
        const out = join(folder, 'run');
        await expect(pretrain({ recipe: { ...tinyMoco, objective }, data, out })).rejects.toThrow(
          'recipe synthetic-moco: objective.queueSize: expected a queue of at least one batch, 16 keys, got 8',
        );
        await expect(openRun(out)).rejects.toThrow('manifest.json');
      });
    });
  });
});
