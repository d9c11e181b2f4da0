import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import type { Recipe } from '@halp/recipes';
import { pretrain, type PretrainOptions } from '@halp/runs/node';
import { readRunStart } from '@halp/train/node';
import { runsText } from '../../../cli/src/terminal/runs-text.ts';
import { runStatuses } from '../../src/show/list.ts';
import { type CollectedOutput, collectedOutput, keptFolder, withFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const data = (): string => join(folder(), 'data');

beforeAll(async () => {
  await startBackend();
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data() });
});

type Options = Omit<PretrainOptions, 'data' | 'recipe'> & { readonly recipe?: Recipe };

/** Trains in this folder, and returns the run with its printed lines. */
async function train(
  options: Options,
): Promise<CollectedOutput & { bytes: Buffer; log: object[] }> {
  const output = collectedOutput();
  const run = await pretrain({
    recipe: tinyMoco,
    data: data(),
    seed: 1,
    ...options,
    onEvent: output.onEvent,
  });
  return { ...output, bytes: await readFile(run.checkpointPath()), log: [...run.log] };
}

const warnings = ({ lines }: CollectedOutput): string[] =>
  lines.filter((line) => line.startsWith('warning: the embeddings collapse'));

/** HaLP with a learning rate and a weight that make every embedding collapse. */
const collapsing: Recipe = {
  ...tinyHalp,
  schedule: { kind: 'constant', rate: 0.2 },
  objective: { ...tinyHalp.objective, weight: 20, fromEpoch: 2 } as Recipe['objective'],
};

describe('the embedding metrics of a training', () => {
  it('do not change the weights', async () => {
    await withFolder(async (runs) => {
      const common = { recipe: tinyHalp, epochs: 4 };
      const without = await train({ ...common, out: join(runs, 'without'), probeEvery: 0 });
      const measured = await train({ ...common, out: join(runs, 'with'), probeEvery: 1 });
      expect(measured.bytes.equals(without.bytes)).toBe(true);
      expect(without.log[3]).toMatchObject({ metrics: {} });
      expect(measured.log[3]).toMatchObject({
        metrics: {
          alignment: expect.any(Number) as number,
          uniformity: expect.any(Number) as number,
          'rankme-features': expect.any(Number) as number,
          'rankme-embeddings': expect.any(Number) as number,
          'infonce-chance': Math.log(33),
        },
      });
    });
  });

  it('are equal in a resumed run, also in a branch and its initial values', async () => {
    await withFolder(async (runs) => {
      const source = join(runs, 'moco');
      await train({ out: source, epochs: 2, keep: [2], probeEvery: 1 });
      const common = { recipe: tinyHalp, probeEvery: 1 };
      const branch = { run: source, epoch: 2 };
      const [whole, parts] = [join(runs, 'whole'), join(runs, 'parts')];
      const undisturbed = await train({ ...common, out: whole, epochs: 5, branch });
      await train({ ...common, out: parts, epochs: 3, branch });
      const resumed = await train({ ...common, out: parts, epochs: 5, resume: true });
      const metrics = ({ log }: typeof resumed): unknown[] =>
        log.map((report) => (report as { metrics: unknown }).metrics);
      expect(metrics(resumed)).toEqual(metrics(undisturbed));
      const start = await readRunStart(parts);
      expect(start).toEqual(await readRunStart(whole));
      // The metrics of the source's weights after its last epoch, from the same probe.
      const last = (await train({ out: source, epochs: 2, resume: true })).log[1];
      expect(last).toMatchObject({ metrics: start?.metrics ?? {}, losses: { total: start?.loss } });
    });
  });

  it('warn of a collapse once, also after a resume, and the run keeps the warning', async () => {
    await withFolder(async (runs) => {
      const [source, out] = [join(runs, 'moco'), join(runs, 'run')];
      await train({ out: source, epochs: 2, keep: [2] });
      const common = { out, recipe: collapsing, probeEvery: 1 };
      const first = await train({ ...common, epochs: 5, branch: { run: source, epoch: 2 } });
      const second = await train({ ...common, epochs: 7, resume: true });
      expect(warnings(first)).toHaveLength(1);
      expect(warnings(first)[0]).toMatch(/lower mu \(the weight of the HaLP term\)/);
      expect(warnings(second)).toEqual([]);
      const found = await runStatuses([out]);
      const [warning] = warnings(first);
      expect(`warning: ${found.runs[0]?.warning}`).toBe(warning);
      expect(runsText(found, new Date())).toContain(`${out}: the embeddings collapse`);
    });
  });

  it('give no warning for a run that does not collapse', async () => {
    await withFolder(async (runs) => {
      const out = join(runs, 'run');
      expect(warnings(await train({ out, epochs: 8, probeEvery: 1 }))).toEqual([]);
      expect((await runStatuses([out])).runs).toMatchObject([{ warning: undefined }]);
    });
  });
});

describe('a run that ends before its HaLP term starts', () => {
  it('gets a warning, other runs get none', async () => {
    await withFolder(async (runs) => {
      const said = async (name: string, epochs: number, recipe: Recipe): Promise<string[]> =>
        (await train({ out: join(runs, name), epochs, recipe })).lines.filter((line) =>
          line.includes('the HaLP term starts'),
        );
      expect(await said('short', 2, tinyHalp)).toEqual([
        'warning: training ends after 2 epochs, before the HaLP term starts at epoch 3: ' +
          'this run trains without it; raise option epochs, or lower fromEpoch in a recipe of your own',
      ]);
      expect(await said('long', 3, tinyHalp)).toEqual([]);
      expect(await said('moco', 1, tinyMoco)).toEqual([]);
    });
  });
});
