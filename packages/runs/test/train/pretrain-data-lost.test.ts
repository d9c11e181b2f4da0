import { existsSync } from 'node:fs';
import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { pretrain } from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { withFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

/** Trains on a data set, and calls `happens` after the first checkpoint. */
async function trainWhile(
  happens: (data: string) => Promise<unknown>,
  check: (out: string, error: unknown) => Promise<void>,
  options: { readonly knnEvery?: number; readonly workers?: number } = {},
): Promise<void> {
  await withFolder(async (folder) => {
    await startBackend();
    const [data, out] = [join(folder, 'data'), join(folder, 'run')];
    await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
    let done: Promise<unknown> | undefined;
    const watch = setInterval(() => {
      if (existsSync(join(out, 'checkpoints/last.safetensors'))) done ??= happens(data);
    }, 1);
    try {
      const error: unknown = await pretrain({
        recipe: tinyMoco,
        data,
        out,
        epochs: 5000,
        saveEvery: 1,
        ...options,
      }).catch((reason: unknown) => reason);
      await done;
      await check(out, error);
    } finally {
      clearInterval(watch);
    }
  });
}

/** What a failed run leaves: a checkpoint that can be resumed, and its log. */
async function lastGood(out: string): Promise<number> {
  const run = await openRun(out);
  expect(await run.hasCheckpoint()).toBe(true);
  expect((await readFile(run.checkpointPath())).length).toBeGreaterThan(1000);
  return run.log.length;
}

describe('a training whose data are lost', () => {
  // A worker reads every clip from disk; the main thread would cache a data set of this size in memory.
  it('stops with the path of the truncated file, and keeps its last checkpoint', async () => {
    await trainWhile(
      (data) => truncate(join(data, 'xsub/train_data_joint.npy'), 1000),
      async (out, error) => {
        expect((error as Error).message).toMatch(/train_data_joint\.npy.*shorter/);
        expect(await lastGood(out)).toBeGreaterThan(0);
      },
      { workers: 1 },
    );
  });

  it('stops if the folder is missing at an evaluation', async () => {
    await trainWhile(
      (data) => rm(data, { recursive: true }),
      async (out, error) => {
        expect((error as Error).message).toMatch(
          /data: expected a prepared data set, got no dataset\.json/,
        );
        expect(await lastGood(out)).toBeGreaterThan(0);
      },
      { knnEvery: 1 },
    );
  });
});
