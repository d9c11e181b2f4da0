import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { parseSafetensorsHeader } from '@halp/files';
import { type Recipe, recipeNamed } from '@halp/recipes';
import { classify, pretrain, type PretrainOptions, type RunEvent } from '@halp/runs/node';
import { onEachBackend } from '@halp/testing';
import { openRun } from '@halp/train/node';
import { collectedOutput } from '../helpers.ts';
import { tinyHalp, tinyMoco, tinySupCon } from '../tiny.ts';
import { withData } from './with-data.ts';

const train = (options: PretrainOptions): ReturnType<typeof pretrain> => pretrain(options);

describe('pretrain', () => {
  onEachBackend(() => {
    it('resumes with the bytes of an uninterrupted run, HaLP and its prototypes included', async () => {
      await withData(async (data, folder) => {
        const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
        const common = { recipe: tinyHalp, data, seed: 1 };
        const undisturbed = await train({ ...common, out: whole, epochs: 4 });
        await train({ ...common, out: parts, epochs: 1 });
        await train({ ...common, out: parts, epochs: 3, resume: true });
        const resumed = await train({ ...common, out: parts, epochs: 4, resume: true });
        const bytes = await readFile(resumed.checkpointPath());
        expect(bytes.equals(await readFile(undisturbed.checkpointPath()))).toBe(true);
        const losses = (run: typeof resumed): unknown => run.log.map((epoch) => epoch.losses);
        expect(losses(resumed)).toEqual(losses(undisturbed));
      });
    });

    it('resumes inside an epoch with the bytes and the log of an uninterrupted run', async () => {
      await withData(async (data, folder) => {
        const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
        const common = { recipe: tinyHalp, data, seed: 2, epochs: 3 };
        const undisturbed = await train({ ...common, out: whole });
        for (let interrupts = 0; interrupts < 4; interrupts++) {
          const controller = new AbortController();
          // Each call is aborted at its first step and completes it, so each gets one step further.
          const onEvent = ({ kind }: RunEvent): void => {
            if (kind === 'step') controller.abort();
          };
          const options = {
            ...common,
            out: parts,
            resume: interrupts > 0,
            signal: controller.signal,
          };
          await expect(pretrain({ ...options, onEvent })).rejects.toThrow(/abort/i);
        }
        const before = await openRun(parts);
        expect(before.log.length).toBeLessThan(3);
        const resumed = await train({ ...common, out: parts, resume: true });
        const [own, expected] = await Promise.all(
          [resumed, undisturbed].map((run) => readFile(run.checkpointPath())),
        );
        expect(own?.equals(expected as Buffer)).toBe(true);
        const losses = (run: typeof resumed): unknown => run.log.map((epoch) => epoch.losses);
        expect(losses(resumed)).toEqual(losses(undisturbed));
      });
    });

    it('resumes a training with labels with the bytes of an uninterrupted run', async () => {
      await withData(async (data, folder) => {
        const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
        const common = { recipe: tinySupCon, data, seed: 1 };
        const undisturbed = await train({ ...common, out: whole, epochs: 3 });
        await train({ ...common, out: parts, epochs: 1 });
        const resumed = await train({ ...common, out: parts, epochs: 3, resume: true });
        const bytes = await readFile(resumed.checkpointPath());
        expect(bytes.equals(await readFile(undisturbed.checkpointPath()))).toBe(true);
      });
    });

    it('keeps the checkpoint of the best kNN accuracy', async () => {
      await withData(async (data, folder) => {
        const out = join(folder, 'run');
        const run = await train({ recipe: tinyMoco, data, out, epochs: 4, knnEvery: 1 });
        const best = Math.max(...run.log.map(({ metrics }) => metrics['knn'] as number));
        const first = run.log.find(({ metrics }) => metrics['knn'] === best);
        const bytes = await readFile(join(out, 'checkpoints', 'best.safetensors'));
        const { metadata } = parseSafetensorsHeader(bytes, 'best');
        expect(JSON.parse(metadata['halp.position'] as string)).toMatchObject({
          epoch: (first?.epoch as number) + 1,
        });
      });
    });

    it('stops at a loss that is not finite, and reports step, seed, clips and saved files', async () => {
      await withData(async (data, folder) => {
        const out = join(folder, 'run');
        const schedule = { kind: 'constant', rate: 1e30 } as const;
        await expect(
          train({ recipe: { ...tinyMoco, schedule }, data, out, seed: 7 }),
        ).rejects.toThrow(
          /^fit: expected finite losses, got .* at step \d+, seed 7, clips S\d+C\d+P001R001A\d+ and 15 more; no checkpoint has been saved/,
        );
        expect(await (await openRun(out)).hasCheckpoint()).toBe(false);
      });
    });
  });

  it('rejects initialization from a run with another seed or preparation, and creates no folder', async () => {
    await withData(async (data, folder) => {
      await startBackend();
      const [run, out] = [join(folder, 'run'), join(folder, 'branch')];
      await train({ recipe: tinyMoco, data, out: run, epochs: 1 });
      const branch = { run, epoch: 1 };
      const common = { recipe: tinyMoco, data, out, epochs: 2, branch };
      await expect(train({ ...common, seed: 5 })).rejects.toThrow(`${run} (seed: 0 !== 5)`);
      const file = join(data, 'dataset.json');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('"upright"', '"min-max"'));
      await expect(train(common)).rejects.toThrow('"upright" !== "min-max"');
      await expect(readFile(join(out, 'manifest.json'))).rejects.toThrow('ENOENT');
      await writeFile(file, text);
      expect((await train(common)).log.map(({ epoch }) => epoch)).toEqual([1]);
    });
  });

  it("reports initialization from a run on other data, and a data set other than the recipe's", async () => {
    await withData(async (data, folder) => {
      await startBackend();
      const other = join(folder, 'other');
      await prepare(planSynthetic({ performers: 2, replications: 1, seed: 9 }), { out: other });
      const run = join(folder, 'run');
      await train({ recipe: tinyMoco, data: other, out: run, epochs: 1 });
      const output = collectedOutput();
      const renamed: Recipe = { ...tinyMoco, data: { ...tinyMoco.data, name: 'another' } };
      const branch = { run, epoch: 1 };
      const out = join(folder, 'branch');
      await pretrain({ recipe: renamed, data, out, epochs: 2, branch, onEvent: output.onEvent });
      expect(output.lines).toContain(
        'synthetic-moco: training on synthetic; the recipe was written for another',
      );
      expect(output.lines.join('\n')).toContain(
        `${out}: starting from ${run}, which was trained on other data than ${data} (other checksums of synthetic xsub: `,
      );
      const quiet = collectedOutput();
      await pretrain({
        recipe: tinyMoco,
        data: other,
        out: join(folder, 'own'),
        epochs: 2,
        branch,
        onEvent: quiet.onEvent,
      });
      expect(quiet.lines.join('\n')).not.toMatch(/starting from|was written for/);
    });
  });

  it('classify rejects a run with three streams before it looks for a classifier', async () => {
    await withData(async (data, out) => {
      await startBackend();
      const { encoder, head, batchSize } = tinyMoco;
      const cmd = recipeNamed('synthetic-cmd');
      const objective = { ...cmd.objective, queueSize: 32, topK: 8 } as Recipe['objective'];
      const recipe: Recipe = { ...cmd, encoder, head, batchSize, objective };
      const run = join(out, 'run');
      await train({ recipe, data, out: run, epochs: 1 });
      await expect(classify({ run, files: ['none.csv'] })).rejects.toThrow(
        'expected a run of one stream, joint, bone or motion, got three',
      );
    });
  });
});
