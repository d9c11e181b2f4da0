import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare, readManifest } from '@halp/data/node';
import type { Recipe } from '@halp/recipes';
import { evaluate, pretrain, runReport } from '@halp/runs/node';
import { halp } from '../../../cli/test/helpers.ts';
import { coordinatesResult } from '../../src/evaluate/coordinates.ts';
import { evaluationData } from '../../src/features/evaluation-data.ts';
import { ignore } from '../../src/run/events.ts';
import { collectedOutput, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const size = { performers: 2, replications: 1 };

beforeAll(async () => {
  await startBackend();
  await prepare(planSynthetic(size), { out: at('data') });
  const options = { recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 1 };
  await pretrain(options);
});

/** The fraction of test clips whose nearest training clip in the view has their class, by a loop over all pairs. */
async function looped(recipe: Recipe): Promise<number> {
  const data = await evaluationData(recipe, undefined, at('data'));
  const { evaluationBatches } = await import('@halp/recipes');
  const clipsOf = async (part: 'train' | 'test') => {
    const dataset = await data.open(part);
    const clips: { clip: Float32Array; label: number }[] = [];
    for await (const { views, labels } of await evaluationBatches(recipe, dataset)) {
      const length = views[0]!.length / labels.length;
      labels.forEach((label, i) =>
        clips.push({ clip: views[0]!.slice(i * length, (i + 1) * length), label }),
      );
    }
    await dataset.close();
    return clips;
  };
  const [train, test] = [await clipsOf('train'), await clipsOf('test')];
  const right = test.filter(({ clip, label }) => {
    const far = train.map((other) =>
      other.clip.reduce((sum, x, i) => sum + (x - clip[i]!) ** 2, 0),
    );
    return train[far.indexOf(Math.min(...far))]!.label === label;
  });
  return right.length / test.length;
}

describe('the 1-NN baseline on coordinates', () => {
  it('uses the evaluation view, and is printed and saved with the kNN accuracy', async () => {
    const output = collectedOutput();
    const protocols = [{ protocol: 'knn' }] as const;
    const options = { run: at('run'), data: at('data'), protocols };
    const [evaluation] = await evaluate({ ...options, onEvent: output.onEvent });
    const accuracy = await looped(tinyMoco);
    const correct = Math.round(accuracy * 48);
    expect(evaluation?.coordinates).toMatchObject({
      ...{ accuracy, counts: { train: 48, test: 48, correct } },
      settings: { k: 1, metric: 'euclidean', input: 'coordinates' },
    });
    const text = `baseline, 1-NN on coordinates: ${(100 * accuracy).toFixed(1)} % (${correct} of 48)`;
    expect(output.lines.filter((line) => line.includes(text))).toHaveLength(1);
    const [file] = (await readdir(at('run', 'evaluations'))).filter((name) => name.includes('knn'));
    const saved = JSON.parse(await readFile(at('run', 'evaluations', file!), 'utf8')) as unknown;
    expect(saved).toMatchObject({ coordinates: { accuracy } });
  });

  it('is shown below lists and in reports of runs', async () => {
    const accuracy = await looped(tinyMoco);
    const text =
      `On synthetic xsub, centre-crop of 24 frames: baseline, 1-NN on coordinates: ` +
      `${(100 * accuracy).toFixed(1)} % (${Math.round(48 * accuracy)} of 48).`;
    const listed = await halp('runs', folder());
    expect(listed.stderr.split('\n').filter((line) => line === text)).toHaveLength(1);
    expect(await runReport({ runs: [at('run')] })).toContain(text);
  });

  it('is cached by data set, split and view, and recomputed for another view or other data', async () => {
    const run = at('kept');
    await mkdir(run);
    const result = async (recipe: Recipe) =>
      coordinatesResult(
        {
          ...{ run, recipe, folder: at('data'), requested: false },
          data: await evaluationData(recipe, undefined, at('data')),
        },
        ignore,
      );
    const first = await result(tinyMoco);
    const [file] = await readdir(join(run, 'coordinates'));
    const kept = JSON.parse(await readFile(join(run, 'coordinates', file!), 'utf8')) as object;
    const { benchmarks } = await readManifest(at('data'));
    expect(kept).toMatchObject({
      identity: {
        ...{ name: 'synthetic', benchmark: 'xsub' },
        train: { clips: 48, sha256: { data: benchmarks['xsub']!.train.sha256.data } },
      },
    });
    // The changed value in the file is returned, so nothing is computed a second time.
    await writeFile(join(run, 'coordinates', file!), JSON.stringify({ ...kept, accuracy: 0.125 }));
    expect((await result(tinyMoco))?.accuracy).toBe(0.125);
    const evaluation = {
      ...tinyMoco.evaluation,
      view: [{ kind: 'centre-crop', size: 5 }] as const,
    };
    const other = await result({ ...tinyMoco, evaluation });
    expect(other?.accuracy).not.toBe(0.125);
    expect(await readdir(join(run, 'coordinates'))).toHaveLength(2);
    // A damaged file is ignored.
    await writeFile(join(run, 'coordinates', file!), '{"identity": ');
    expect(await result(tinyMoco)).toEqual(first);
  });

  it('is skipped if the estimate exceeds one minute, unless it is requested by an option or the flag --coordinates', async () => {
    const recipe = {
      ...tinyMoco,
      evaluation: {
        ...tinyMoco.evaluation,
        // With this many frames the estimate for 48 and 48 clips exceeds one minute.
        view: [{ kind: 'centre-crop', size: 2_000_000 }] as const,
      },
    };
    const output = collectedOutput();
    const left = await coordinatesResult(
      {
        ...{ run: at('long'), recipe, folder: at('data'), requested: false },
        data: await evaluationData(recipe, undefined, at('data')),
      },
      output.onEvent,
    );
    expect(left).toBeUndefined();
    expect(output.lines).toEqual([
      expect.stringMatching(
        /^1-NN on coordinates: skipped, it would take about [\d:]+ for 48 and 48 clips; compute it with option coordinates$/,
      ),
    ]);
    const { stdout } = await halp('evaluate', '--help');
    expect(stdout).toContain('--coordinates');
  });
});
