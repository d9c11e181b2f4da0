import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { centreView } from '@halp/augment';
import { startBackend } from '@halp/backend';
import { planOwnClips, planSynthetic, prepare } from '@halp/data/node';
import type { Evaluation } from '@halp/protocols';
import type { Recipe } from '@halp/recipes';
import { evaluate, fuse, type FuseOptions, pretrain } from '@halp/runs/node';
import { halp } from '../../../cli/test/helpers.ts';
import { fusionLevels } from '../../src/evaluate/fuse.ts';
import { collectedOutput, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (name: string): string => join(folder(), name);
const joint = tinyMoco;
const motion: Recipe = { ...tinyMoco, name: 'synthetic-moco-motion', stream: 'motion' };
const { linear } = tinyMoco.evaluation;
const other: Recipe = {
  ...tinyMoco,
  evaluation: {
    ...tinyMoco.evaluation,
    knn: { k: 3 },
    linear: { ...linear, selectBy: 'best-test-epoch' },
  },
};
const apart: Recipe = { ...tinyMoco, data: { ...tinyMoco.data, benchmark: 'xview' } };

const fused = (
  options: Partial<FuseOptions>,
  output = collectedOutput(),
): ReturnType<typeof fuse> => {
  const runs = [at('joint'), at('motion')];
  return fuse({ runs, data: at('data'), protocol: 'linear', ...options, onEvent: output.onEvent });
};

beforeAll(async () => {
  await startBackend();
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: at('data') });
  for (const [name, recipe] of Object.entries({ joint, motion, other, apart })) {
    const options = { recipe, data: at('data'), out: at(name), epochs: 1, seed: 3 };
    await pretrain(options);
  }
});

describe('fuse', () => {
  it('reports and records changes to clips of another layout: one line for all runs that share it, one field for each run', async () => {
    // One person of Kinect v1; the runs were trained on two persons of Kinect v2.
    await mkdir(at('own'));
    const frame = (t: number) =>
      Array.from({ length: 20 }, (_, v) => [0.1 * (v % 5) + 0.01 * t, 1 - 0.05 * v, 2 + 0.02 * v]);
    const clips = ['train', 'test'].flatMap((split) =>
      ['a', 'b'].map((label) => ({ file: `${split}-${label}.json`, label, split })),
    );
    for (const { file, label } of clips) {
      const frames = Array.from({ length: 12 }, (_, t) => frame(label === 'a' ? t : 3 * t));
      await writeFile(join(at('own'), file), JSON.stringify(frames));
    }
    const set = { name: 'own', layout: 'kinect-v1', fps: 30, clips };
    await writeFile(join(at('own'), 'clips.json'), JSON.stringify(set));
    await prepare(await planOwnClips({ raw: at('own') }), { out: at('own-data') });
    const output = collectedOutput();
    const { parts } = await fused({ protocol: 'knn', data: at('own-data') }, output);
    for (const i of [0, 1]) {
      expect(parts[i]?.changes?.joints).toMatchObject({ from: 'kinect-v1', to: 'kinect-v2' });
      expect(parts[i]?.changes?.persons).toMatchObject({ from: 1, to: 2 });
    }
    const said = output.lines.filter((line) => line.includes('joints kinect-v1 to kinect-v2'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`${at('joint')}, ${at('motion')}: joints`);
  });

  it.each(['knn', 'linear'] as const)(
    'equals a single run if that run has all the weight: %s',
    async (protocol) => {
      const [alone] = await evaluate({
        run: at('motion'),
        data: at('data'),
        protocols: [{ protocol }],
      });
      const { confusion, accuracy } = alone as Evaluation;
      const both = await fused({ protocol, weights: [0, 1] });
      expect(both.confusion).toEqual(confusion);
      expect(both.parts[1]).toEqual({
        ...{ recipe: 'synthetic-moco-motion', seed: 3, epoch: 1, weight: 1, accuracy },
      });
      if (protocol === 'knn') {
        const features = await fused({ protocol, level: 'features', weights: [0, 1] });
        expect(features.confusion).toEqual(confusion);
      }
    },
  );

  it('reports the fused runs, their weights and the accuracy of each', async () => {
    const output = collectedOutput();
    const both = await fused({ weights: [0.6, 0.4] }, output);
    expect(both.settings).toMatchObject({
      ...{ fusion: 'weighted sum of probabilities', weights: [0.6, 0.4] },
    });
    expect(both.settings).not.toHaveProperty('selectedEpoch');
    const [first, , together] = output.lines;
    expect(first).toMatch(
      /^weight 0\.6 {2}synthetic-moco, seed 3, after 1 epochs: \d+\.\d % alone$/,
    );
    expect(together).toMatch(
      /^together on synthetic xsub: linear top-1 .*last epoch; weighted sum of probabilities\)$/,
    );
  });

  it('trains the classifiers of all runs together, through the mean of their logits', async () => {
    const both = await fused({ level: 'features' });
    expect(both.settings).toMatchObject({ fusion: 'mean of logits, trained through it' });
    expect(both.parts.map(({ accuracy }) => accuracy)).toEqual([undefined, undefined]);
  });

  it('rejects runs that do not match, and names the difference', async () => {
    await expect(fused({ runs: [at('joint'), at('apart')] })).rejects.toThrow(
      /^fuse: expected runs trained on the same data set and benchmark, got synthetic xsub \(.*joint\) and synthetic xview \(.*apart\)$/,
    );
    await expect(fused({ runs: [at('joint'), at('other')] })).rejects.toThrow(
      /expected recipes with the same settings of linear, got selectBy = last-epoch \(.*joint\) and selectBy = best-test-epoch \(.*other\)$/,
    );
    await expect(fused({ runs: [at('joint'), at('other')], protocol: 'knn' })).rejects.toThrow(
      /expected recipes with the same settings of knn, got k = 1 .* and k = 3/,
    );
    const { evaluation } = tinyMoco;
    for (const [changed, message] of [
      [{ linear: { ...linear, epochs: 2 } }, 'of linear, got epochs = 3 .* and epochs = 2 '],
      [{ linear: { ...linear, learningRate: 1 } }, 'got learningRate = .* and learningRate = 1 '],
      [{ view: centreView({ size: 20 }) }, 'got view = .* and view = .*"size":20'],
    ] as const) {
      const run = { run: at('motion'), evaluation: { ...evaluation, ...changed } };
      for (const level of fusionLevels) {
        await expect(fused({ runs: [at('joint'), run], level })).rejects.toThrow(
          new RegExp(`^fuse: expected recipes with the same settings .*${message}`),
        );
      }
    }
    await expect(fused({ runs: [at('joint'), at('joint')] })).rejects.toThrow(
      'fuse: expected at least two different runs',
    );
    await expect(fused({ weights: [1] })).rejects.toThrow(
      'fuse: expected 2 weights, one for each run, got 1',
    );
    await expect(fused({ level: 'features', weights: [1, 2] })).rejects.toThrow(
      'fuse: expected no weights for classifiers that are trained jointly',
    );
  });

  it('is available as a command', async () => {
    const out = at('fused.json');
    const done = await halp(
      ...['fuse', 'knn', at('joint'), at('motion'), '--data', at('data')],
      ...['--weights', '0.6,0.4', '--out', out, '--json'],
    );
    expect(done.status).toBe(0);
    const { knn } = JSON.parse(done.stdout) as { readonly knn: number };
    const written = JSON.parse(await readFile(out, 'utf8')) as Evaluation;
    expect([written.accuracy, written.settings['weights']]).toEqual([knn, [0.6, 0.4]]);
    const wrong = await halp('fuse', 'knn', at('joint'), '--data', at('data'), '--weights', 'a');
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('expected numbers')]);
  });
});
