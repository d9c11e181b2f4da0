import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { exportRun, pretrain, type TrainingEvent } from '@halp/runs/node';
import { contentsOf, environmentOf, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

environmentOf('HALP_BACKEND', 'wasm');
const folder = keptFolder();
const at = (name: string): string => join(folder(), name);
const train = (out: string, options: object): ReturnType<typeof pretrain> =>
  pretrain({ recipe: tinyMoco, data: at('data'), out: at(out), ...options });

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: at('data') });
  await train('first', { epochs: 1 });
});

describe('a training that starts from init', () => {
  it('continues after the last checkpoint of a run, and says so', async () => {
    const notes: string[] = [];
    const onEvent = (event: TrainingEvent): void => {
      if (event.kind === 'note') notes.push(event.text);
    };
    const run = await train('second', { epochs: 2, init: { from: at('first') }, onEvent });
    expect(run.manifest.branchedFrom).toEqual({ run: '../first', epoch: 1 });
    expect(run.log.map(({ epoch }) => epoch)).toEqual([1]);
    expect(notes).toContain(`starting from ${at('first')} after 1 epochs`);
  });

  it('imports a file into the new run first', async () => {
    const file = at('encoder.pt');
    await exportRun({ run: at('first'), format: 'pytorch', out: file });
    const run = await train('imported', { epochs: 3, init: { from: file, epoch: 2 } });
    expect(run.manifest.importedFrom).toMatchObject({ file: 'encoder.pt', epoch: 2 });
    expect(run.log.map(({ epoch }) => epoch)).toEqual([2]);
  });

  it('is refused with another start, of nothing, or on data that do not fit, and nothing is written', async () => {
    await writeFile(at('no-checkpoint.pt'), 'text');
    const before = await contentsOf(folder());
    const from = at('first');
    for (const [options, message] of [
      [{ init: { from }, resume: true }, 'got it with resume; leave one of them out'],
      [{ init: { from }, branch: { run: from, epoch: 1 } }, 'got it with branch; leave one'],
      [{ init: { from: at('none') } }, 'expected a run or a checkpoint, got nothing at that path'],
      [{ init: { from: at('no-checkpoint.pt') } }, 'no-checkpoint.pt'],
      [{ init: from }, 'pretrain: expected init to be an object { from, epoch }'],
      [{ init: { from, epochs: 1 } }, "got 'epochs'; did you mean 'epoch'?"],
    ] as const) {
      await expect(train('never', options)).rejects.toThrow(message);
    }
    expect(await contentsOf(folder())).toEqual(before);
  });
});
