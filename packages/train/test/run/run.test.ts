import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import { onEachBackend } from '@halp/testing';
import { fit, START, type TrainingPosition } from '@halp/train';
import { createRun, type Keep, openRun, type RunFolder } from '@halp/train/node';
import { temporaryFolder } from '../folder.ts';
import { report } from '../reports.ts';
import { bytesOf, pairs, type Tiny, tiny } from '../tiny.ts';
import { manifest } from './manifests.ts';

const rng = createRandom(4);
const schedule = { kind: 'constant', rate: 0.1 } as const;

/** Trains up to an epoch like a command: appends to the log, then saves a checkpoint, kept for epochs in `keep`. */
async function train(
  run: RunFolder,
  model: Tiny,
  epochs: number,
  { from = START, keep = [] }: { from?: TrainingPosition; keep?: readonly number[] } = {},
): Promise<void> {
  const { objective, optimizer } = model;
  for await (const each of fit(objective, pairs, { epochs, schedule, optimizer, from }, rng)) {
    await run.appendLog(each);
    const { step, samples } = each;
    const epoch = each.epoch + 1;
    await run.save({ ...model, rng }, { epoch, step, samples }, keep.includes(epoch));
  }
}

/** The log without timings. */
function logOf(run: RunFolder): unknown[] {
  return run.log.map((each) => ({ ...each, seconds: 0, clipsPerSecond: 0 }));
}

/** Calls a function with models of these seeds and disposes them. */
async function withModels(
  seeds: readonly number[],
  work: (first: Tiny, second: Tiny, third: Tiny) => Promise<void>,
): Promise<void> {
  const models = seeds.map(tiny);
  try {
    await work(...(models as [Tiny, Tiny, Tiny]));
  } finally {
    for (const model of models) model.dispose();
  }
}

/** Every file under a folder, by path, as base64 text. */
async function contents(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`);
  const texts = files.sort().map(async (file) => [file, await readFile(file, 'base64')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

describe('createRun', () => {
  const at = temporaryFolder();

  it('creates a folder and its parents, which openRun opens', async () => {
    const created = await createRun(at('a/b'), manifest);
    const opened = await openRun(at('a/b'));
    expect([created.manifest, opened.manifest]).toEqual([manifest, manifest]);
    expect([created.log, opened.log]).toEqual([[], []]);
    expect([created.path, opened.path]).toEqual([at('a/b'), at('a/b')]);
    expect(await opened.evaluations()).toEqual({});
    expect(await opened.hasCheckpoint()).toBe(false);
  });

  it('accepts an empty folder', async () => {
    await mkdir(at('run'));
    expect((await createRun(at('run'), manifest)).manifest).toEqual(manifest);
  });

  it('accepts a folder that contains only files left by killed processes', async () => {
    await writeFile(at('.lock'), '{}');
    await writeFile(at('.lock.0a1b2c3d4e5f6071'), '{}');
    await writeFile(at('.lock.0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f.tmp'), '');
    await writeFile(at('.manifest.json.0a1b2c3d.tmp'), '{');
    expect((await createRun(at(), manifest)).manifest).toEqual(manifest);
  });

  it('rejects a folder that is not empty, and does not change it', async () => {
    await writeFile(at('notes.txt'), 'mine');
    await expect(createRun(at(), manifest)).rejects.toThrow(
      `createRun: expected an empty or new folder, got ${at()} with 1 entries; choose another one`,
    );
    expect(await readdir(at())).toEqual(['notes.txt']);
    expect(await readFile(at('notes.txt'), 'utf8')).toBe('mine');
  });

  it('rejects an existing run, and does not change it', async () => {
    const run = await createRun(at('run'), manifest);
    await run.appendLog(report(0));
    await expect(createRun(at('run'), { ...manifest, seed: 5 })).rejects.toThrow('resume the run');
    const opened = await openRun(at('run'));
    expect([opened.manifest.seed, opened.log]).toEqual([4, [report(0)]]);
  });

  it('rejects a file, and does not change it', async () => {
    await writeFile(at('file'), 'mine');
    await expect(createRun(at('file'), manifest)).rejects.toThrow(/ENOTDIR.*file/);
    expect(await readFile(at('file'), 'utf8')).toBe('mine');
  });
});

describe('openRun', () => {
  const at = temporaryFolder();

  it('throws if there is no run', async () => {
    for (const path of [at(), at('none')]) {
      const error: unknown = await openRun(path).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toContain(
        'manifest.json: expected the manifest of a run, got nothing at that path',
      );
    }
  });

  it('rejects a truncated manifest, and names it', async () => {
    await createRun(at('run'), manifest);
    await truncate(at('run/manifest.json'), 100);
    await expect(openRun(at('run'))).rejects.toThrow('run/manifest.json: expected JSON');
  });

  it('reads the log without an incomplete last line', async () => {
    const run = await createRun(at('run'), manifest);
    await run.appendLog(report(0));
    await run.appendLog(report(1));
    expect((await openRun(at('run'))).log).toEqual([report(0), report(1)]);
    const { length } = await readFile(at('run/log.jsonl'));
    await truncate(at('run/log.jsonl'), length - 5);
    const opened = await openRun(at('run'));
    expect(opened.log).toEqual([report(0)]);
    await opened.appendLog(report(1));
    expect((await openRun(at('run'))).log).toEqual([report(0), report(1)]);
  });

  it('throws if the log cannot be read', async () => {
    await createRun(at('run'), manifest);
    await mkdir(at('run/log.jsonl'));
    await expect(openRun(at('run'))).rejects.toThrow('EISDIR');
  });
});

describe('amend', () => {
  const at = temporaryFolder();

  it('updates the given fields of the manifest and keeps the others', async () => {
    const run = await createRun(at('run'), manifest);
    await run.amend({ epochs: 10 });
    expect(run.manifest).toEqual({ ...manifest, epochs: 10 });
    expect((await openRun(at('run'))).manifest).toEqual({ ...manifest, epochs: 10 });
  });
});

describe('a run folder from an untrusted source', () => {
  const folder = temporaryFolder();

  onEachBackend(() => {
    it.each(['checkpoints', 'evaluations'])(
      'does not write through a link in place of %s',
      async (name) => {
        await createRun(folder('run'), manifest);
        await mkdir(folder('elsewhere'));
        await symlink(folder('elsewhere'), folder(`run/${name}`));
        const run = await openRun(folder('run'));
        await withModels([1], async (model) => {
          const position = { epoch: 1, step: 2, samples: 8 };
          const writing =
            name === 'evaluations'
              ? run.saveEvaluation('knn', {})
              : run.save({ ...model, rng }, position, { recent: 1 });
          await expect(writing).rejects.toThrow(
            `${folder(`run/${name}`)}: expected a folder, got a link`,
          );
        });
        expect(await readdir(folder('elsewhere'))).toEqual([]);
      },
    );
  });
});

describe('recent checkpoints', () => {
  const at = temporaryFolder();

  onEachBackend(() => {
    it('are the newest k checkpoints and restore their epochs', async () => {
      await withModels([1, 2], async (model, other) => {
        const run = await createRun(at('run'), manifest);
        const names = async (): Promise<string[]> => (await readdir(at('run/checkpoints'))).sort();
        for (const epoch of [1, 2, 9, 10]) {
          await run.save({ ...model, rng }, { epoch, step: epoch, samples: epoch }, { recent: 2 });
        }
        expect(await names()).toEqual([
          'last.safetensors',
          'recent-0009.safetensors',
          'recent-0010.safetensors',
        ]);
        expect([await run.hasCheckpoint(9), await run.hasCheckpoint(2)]).toEqual([true, false]);
        expect((await run.loadInto(other, 9)).position.epoch).toBe(9);
        expect((await run.loadInto(other)).position.epoch).toBe(10);
        expect((await run.restoreInto(other, 9)).position.epoch).toBe(9);
        expect((await run.loadInto(other)).position.epoch).toBe(9);
      });
    });
  });

  it('reject an invalid number', async () => {
    await withModels([1], async (model) => {
      const run = await createRun(at('run'), manifest);
      const saved = run.save({ ...model, rng }, START, { recent: -1 });
      await expect(saved).rejects.toThrow(
        'save: expected keep.recent to be an integer of at least 0, got -1',
      );
      expect(await run.hasCheckpoint()).toBe(false);
    });
  });
});

describe('appendLog', () => {
  const at = temporaryFolder();

  it('removes this epoch and later epochs of an earlier attempt', async () => {
    const run = await createRun(at('run'), manifest);
    for (const epoch of [0, 1, 2, 3]) await run.appendLog(report(epoch));
    const again = { ...report(1), seconds: 9 };
    await run.appendLog(again);
    expect(run.log).toEqual([report(0), again]);
    expect((await openRun(at('run'))).log).toEqual([report(0), again]);
  });

  it('does not change the log if it cannot be written', async () => {
    const run = await createRun(at('run'), manifest);
    await run.appendLog(report(0));
    await rm(at('run'), { recursive: true });
    await expect(run.appendLog(report(1))).rejects.toThrow('log.jsonl: cannot be written');
    expect(run.log).toEqual([report(0)]);
  });
});

describe('evaluations', () => {
  const at = temporaryFolder();

  it('are returned by name in order, and can be replaced', async () => {
    const run = await createRun(at('run'), manifest);
    const file = await run.saveEvaluation('epoch-0300-linear', { accuracy: 0.25 });
    await run.saveEvaluation('epoch-0300-knn', { accuracy: 0.5, predictions: [1, 2] });
    await run.saveEvaluation('epoch-0300-linear', { accuracy: 0.75 });
    expect(file).toBe(at('run/evaluations/epoch-0300-linear.json'));
    const evaluations = await (await openRun(at('run'))).evaluations();
    expect(Object.entries(evaluations)).toEqual([
      ['epoch-0300-knn', { accuracy: 0.5, predictions: [1, 2] }],
      ['epoch-0300-linear', { accuracy: 0.75 }],
    ]);
  });

  it('have one number per line, except for matrices of thousands of classes', async () => {
    const run = await createRun(at('run'), manifest);
    const small = await run.saveEvaluation('small', { confusion: [[1, 2]] });
    expect((await readFile(small, 'utf8')).split('\n')).toHaveLength(9);
    const confusion = Array.from({ length: 1000 }, () => new Array<number>(1000).fill(0));
    const large = await run.saveEvaluation('large', { confusion });
    // Two bytes per number: 5,000 classes fit in a string of at most 2^29 characters.
    expect((await stat(large)).size).toBeLessThan(2.01e6);
    expect((await run.evaluations())['large']).toEqual({ confusion });
  });

  it.each(['', '../manifest', 'a/b', '.hidden', 'a\\b', 'a b'])(
    'reject the name %j',
    async (name) => {
      const run = await createRun(at('run'), manifest);
      await expect(run.saveEvaluation(name, {})).rejects.toThrow(RangeError);
      expect((await openRun(at('run'))).manifest).toEqual(manifest);
      expect(await run.evaluations()).toEqual({});
    },
  );

  it('name the file that is not JSON', async () => {
    const run = await createRun(at('run'), manifest);
    await run.saveEvaluation('knn', {});
    await writeFile(at('run/evaluations/knn.json'), '{"accuracy":');
    await expect(run.evaluations()).rejects.toThrow('evaluations/knn.json: expected JSON');
  });
});

onEachBackend(() => {
  describe('a run folder', () => {
    const at = temporaryFolder();

    it('resumes in another process with the same bytes and log', async () => {
      await withModels([1, 1, 2], async (undisturbed, first, second) => {
        const whole = await createRun(at('whole'), manifest);
        await train(whole, undisturbed, 4);
        await train(await createRun(at('run'), manifest), first, 2);
        const run = await openRun(at('run'));
        const { position, notes } = await run.restoreInto(second);
        expect([position, { ...notes }]).toEqual([
          { epoch: 2, step: 6, samples: 24 },
          { recipe: 'tiny' },
        ]);
        await train(run, second, 4, { from: position });
        expect(logOf(await openRun(at('run')))).toEqual(logOf(whole));
        expect(bytesOf(second)).toEqual(bytesOf(undisturbed));
      });
    });

    it('keeps the checkpoints in keep and the last one', async () => {
      await withModels([1], async (model) => {
        const run = await createRun(at('run'), manifest);
        await train(run, model, 3, { keep: [2] });
        const names = ['epoch-0002.safetensors', 'last.safetensors'];
        expect((await readdir(at('run/checkpoints'))).sort()).toEqual(names);
        expect(
          await Promise.all([undefined, 1, 2, 3].map((epoch) => run.hasCheckpoint(epoch))),
        ).toEqual([true, false, true, true]);
        const position = { epoch: 3, step: 9, samples: 36 };
        expect(await run.save({ ...model, rng }, position)).toBe(
          at('run/checkpoints/last.safetensors'),
        );
        expect(await run.save({ ...model, rng }, position, true)).toBe(
          at('run/checkpoints/epoch-0003.safetensors'),
        );
      });
    });

    it('finds the checkpoint after an epoch among kept, recent, best and last ones', async () => {
      await withModels([1, 2], async (model, other) => {
        const run = await createRun(at('run'), manifest);
        const keeps: readonly Keep[] = [true, { recent: 1 }, 'best', false];
        for (const [i, keep] of keeps.entries()) {
          const epoch = i + 1;
          await run.save({ ...model, rng }, { epoch, step: epoch, samples: epoch }, keep);
        }
        const found = await run.checkpoints();
        expect(found.map(({ epoch, path }) => [epoch, basename(path)])).toEqual([
          [1, 'epoch-0001.safetensors'],
          [2, 'recent-0002.safetensors'],
          [3, 'best.safetensors'],
          [4, 'last.safetensors'],
        ]);
        for (const epoch of [1, 2, 3, 4]) {
          expect(await run.hasCheckpoint(epoch)).toBe(true);
          expect((await run.loadInto(other, epoch)).position.epoch).toBe(epoch);
        }
        await expect(run.loadInto(other, 5)).rejects.toThrow(
          'expected a checkpoint after 5 epochs, got none; the run has those after 1, 2, 3, 4',
        );
        expect((await run.restoreInto(other, 3)).position.epoch).toBe(3);
        expect((await run.loadInto(other)).position.epoch).toBe(3);
      });
    });

    it('does not use a checkpoint inside an epoch as the one at its start', async () => {
      await withModels([1, 2], async (model, other) => {
        const run = await createRun(at('run'), manifest);
        const within = { iteration: 1, clips: 4, seconds: 1, losses: {} };
        await run.save({ ...model, rng }, { epoch: 2, step: 7, samples: 28, within });
        expect([await run.hasCheckpoint(), await run.hasCheckpoint(2)]).toEqual([true, false]);
        expect(await run.checkpoints()).toEqual([]);
        await expect(run.loadInto(other, 2)).rejects.toThrow(
          'the run has none at the end of an epoch, and the last one inside epoch 2',
        );
      });
    });

    it('resumes from an older epoch: removes the later log, and the checkpoint becomes the last one', async () => {
      await withModels([1, 2, 3], async (first, second, third) => {
        const run = await createRun(at('run'), manifest);
        await train(run, first, 4, { keep: [2] });
        const whole = logOf(run);
        const { position } = await run.restoreInto(second, 2);
        expect(position.epoch).toBe(2);
        expect(logOf(run)).toEqual(whole.slice(0, 2));
        // As after a crash: openRun finds a log that matches the last checkpoint.
        const opened = await openRun(at('run'));
        expect(logOf(opened)).toEqual(whole.slice(0, 2));
        expect((await opened.restoreInto(third)).position).toEqual(position);
        await train(opened, third, 4, { from: position });
        expect(logOf(opened)).toEqual(whole);
        expect(bytesOf(third)).toEqual(bytesOf(first));
      });
    });

    it('is not changed by reading a checkpoint', async () => {
      await withModels([1, 2], async (first, second) => {
        const run = await createRun(at('run'), manifest);
        await train(run, first, 4, { keep: [2] });
        const before = await contents(at('run'));
        expect((await run.loadInto(second, 2)).position.epoch).toBe(2);
        expect((await run.loadInto(second)).position.epoch).toBe(4);
        expect(bytesOf(second)).toEqual(bytesOf(first));
        expect(await contents(at('run'))).toEqual(before);
        expect(run.log).toHaveLength(4);
      });
    });

    it('repairs a log that is ahead after a process died between log and checkpoint', async () => {
      await withModels([1, 2], async (first, second) => {
        const run = await createRun(at('run'), manifest);
        await train(run, first, 2);
        await run.appendLog(report(2));
        const opened = await openRun(at('run'));
        expect(opened.log.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
        await opened.restoreInto(second);
        expect((await openRun(at('run'))).log.map(({ epoch }) => epoch)).toEqual([0, 1]);
      });
    });

    it('resumes from the last checkpoint after a process died between writing the kept and the last one', async () => {
      await withModels([1, 2], async (first, second) => {
        const run = await createRun(at('run'), manifest);
        await train(run, first, 1);
        const last = await readFile(run.checkpointPath());
        // A folder in its place makes the second write fail.
        await rm(run.checkpointPath());
        await mkdir(`${run.checkpointPath()}/inside`, { recursive: true });
        await run.appendLog(report(1));
        const position = { epoch: 2, step: 6, samples: 24 };
        await expect(run.save({ ...first, rng }, position, true)).rejects.toThrow(
          'cannot be written',
        );
        await rm(run.checkpointPath(), { recursive: true });
        await writeFile(run.checkpointPath(), last);

        const opened = await openRun(at('run'));
        expect((await opened.loadInto(second, 2)).position).toEqual(position);
        const { position: from } = await opened.restoreInto(second);
        expect(from.epoch).toBe(1);
        await train(opened, second, 3, { from, keep: [2] });
        expect(opened.log.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
        expect(await opened.hasCheckpoint(2)).toBe(true);
      });
    });

    it('names a missing checkpoint and changes nothing', async () => {
      await withModels([1, 2], async (first, second) => {
        const run = await createRun(at('run'), manifest);
        await expect(run.restoreInto(second)).rejects.toThrow(
          new FormatError(run.checkpointPath(), 'expected a checkpoint, got nothing at that path'),
        );
        await train(run, first, 2);
        const before = [await contents(at('run')), bytesOf(second)];
        await expect(run.restoreInto(second, 1)).rejects.toThrow(
          'epoch-0001.safetensors: expected a checkpoint',
        );
        expect([await contents(at('run')), bytesOf(second)]).toEqual(before);
      });
    });

    it('keeps its last checkpoint if the next one is not finite', async () => {
      await withModels([1, 2], async (first, second) => {
        const run = await createRun(at('run'), manifest);
        await train(run, first, 1);
        const before = await contents(at('run'));
        tf.tidy(() => first.objective.params['layer.bias']?.assign(tf.fill([2], NaN)));
        const position = { epoch: 2, step: 6, samples: 24 };
        await expect(run.save({ ...first, rng }, position, true)).rejects.toThrow(
          "'params.layer.bias'",
        );
        expect(await contents(at('run'))).toEqual(before);
        expect((await run.restoreInto(second)).position.epoch).toBe(1);
      });
    });
  });
});
