import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nwUclaHalp, syntheticHalp, syntheticMoco } from '@halp/recipes';
import { readSweep, type Sweep } from '@halp/runs/node';
import { withFolder } from '../helpers.ts';

const plan = { data: 'data', out: 'runs', recipes: ['synthetic-moco'], seeds: [0, 1] };

/** The sweep read from a plan file in a temporary folder. */
async function sweepOf(content: unknown, work: (sweep: Sweep, folder: string) => void = () => {}) {
  return withFolder(async (folder) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(join(folder, 'my plan.json'), text);
    work(await readSweep(join(folder, 'my plan.json')), folder);
  });
}

describe('readSweep', () => {
  it('returns each recipe with each seed, with paths relative to the plan’s folder', async () => {
    const recipes = ['synthetic-moco', 'synthetic-halp'];
    await sweepOf({ ...plan, recipes, data: { synthetic: '../data' } }, (sweep, folder) => {
      expect(sweep.runs.map(({ name, seed, recipe }) => [name, seed, recipe])).toEqual([
        ['synthetic-moco-seed0', 0, syntheticMoco],
        ['synthetic-moco-seed1', 1, syntheticMoco],
        ['synthetic-halp-seed0', 0, syntheticHalp],
        ['synthetic-halp-seed1', 1, syntheticHalp],
      ]);
      const { data, out } = sweep.runs[0] as (typeof sweep.runs)[0];
      expect(data).toBe(join(folder, '..', 'data'));
      expect(out).toBe(join(folder, 'runs', 'synthetic-moco-seed0'));
      expect(sweep).toMatchObject({
        name: 'my plan',
        evaluate: ['knn'],
        out: join(folder, 'runs'),
      });
    });
  });

  it('returns every combination of values, in recipes named after them', async () => {
    const values = {
      'objective.lambda': [0.4, 0.8],
      'encoder.layers': [1],
      'schedule.milestones': [[10, 20]],
    };
    await sweepOf({ ...plan, recipes: ['nw-ucla-halp'], seeds: [3], values }, ({ runs }) => {
      expect(runs.map(({ name }) => name)).toEqual([
        'nw-ucla-halp_lambda=0.4_layers=1_milestones=10-20-seed3',
        'nw-ucla-halp_lambda=0.8_layers=1_milestones=10-20-seed3',
      ]);
      expect(runs[0]?.recipe).toEqual({
        ...nwUclaHalp,
        name: 'nw-ucla-halp_lambda=0.4_layers=1_milestones=10-20',
        objective: { ...nwUclaHalp.objective, lambda: 0.4 },
        encoder: { ...nwUclaHalp.encoder, layers: 1 },
        schedule: { ...nwUclaHalp.schedule, milestones: [10, 20] },
      });
    });
    expect(nwUclaHalp.objective).toHaveProperty('lambda', 0.8);
  });

  it('uses full names for values whose last words are equal', async () => {
    const values = { 'encoder.hidden': [4], 'head.hidden': [8] };
    await sweepOf({ ...plan, seeds: [0], values }, ({ runs }) => {
      expect(runs[0]?.name).toBe('synthetic-moco_encoder.hidden=4_head.hidden=8-seed0');
    });
  });

  it.each<[string, unknown, string]>([
    ['text that is not JSON', '{', 'expected JSON'],
    ['a plan that is not an object', [], 'expected the plan of a sweep as an object, got []'],
    ['an unknown key', { ...plan, seed: 1 }, "got 'seed'"],
    [
      'an empty list of seeds',
      { ...plan, seeds: [] },
      'expected seeds to be a list of whole numbers',
    ],
    ['a fractional seed', { ...plan, seeds: [0.5] }, 'got [0.5]'],
    [
      'a missing output folder',
      { ...plan, out: undefined },
      'expected out to be a folder, got nothing',
    ],
    ['an unknown recipe', { ...plan, recipes: ['x'] }, "expected the name of a recipe, got 'x'"],
    [
      'a data set without a folder',
      { ...plan, data: { ntu: 'x' } },
      'expected the folder of synthetic',
    ],
    ['a duplicate run', { ...plan, seeds: [1, 1] }, 'got synthetic-moco-seed1'],
    ['an unknown protocol', { ...plan, evaluate: ['k'] }, 'a list of knn, linear, fine-tune'],
    ['an unknown setting', { ...plan, values: { 'objective.x': [1] } }, "got 'objective.x'"],
    [
      'a property of the prototype',
      { ...plan, values: { 'toString.name': ['x'] } },
      'that can vary',
    ],
    ['another objective', { ...plan, values: { 'objective.kind': ['halp'] } }, 'that can vary'],
    ['another data set', { ...plan, values: { 'data.benchmark': ['x'] } }, 'that can vary'],
    [
      'a value of another type',
      { ...plan, values: { epochs: ['3'] } },
      'expected a number as epochs of synthetic-moco, got "3" for',
    ],
  ])('rejects %s, and names what was expected', async (_, content, message) => {
    await expect(sweepOf(content)).rejects.toThrow(message);
    await expect(sweepOf(content)).rejects.toThrow('my plan.json: ');
  });

  it('names a missing file', async () => {
    await expect(readSweep('none.json')).rejects.toThrow(
      'none.json: expected the plan of a sweep, got nothing at that path',
    );
  });
});
