import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { createRandom } from '@halp/random';
import { buildTraining, importParts, modulesOf, type Recipe } from '@halp/recipes';
import { evaluate, loadRecipe, pretrain } from '@halp/runs/node';
import { contentsOf, environmentOf, keptFolder } from '../helpers.ts';

environmentOf('HALP_BACKEND', 'wasm');
const folder = keptFolder();
// Inside the repository, so that `@halp/*` resolves as in a user's project.
const root = fileURLToPath(new URL('../../.tsbuild', import.meta.url));
mkdirSync(root, { recursive: true });
const own = mkdtempSync(join(root, 'own-'));
afterAll(() => rmSync(own, { recursive: true, force: true }));

const HEAD = `
import { l2Normalize, mlp } from '@halp/contrastive';
import { mergeParams, prefixed, sgd, withoutGradient } from '@halp/nn';
import * as tf from '@tensorflow/tfjs-core';
`;
/** SimSiam (Chen and He, CVPR 2021), with draws of its own: noise on the predictions. */
const objective = `${HEAD}
export const objective = ({ hidden }, { query, dimension }, rng) => {
  const predictor = mlp({ inputs: dimension, hidden: [hidden], outputs: dimension }, rng.fork('p'));
  return {
    params: mergeParams(prefixed('encoder_q', query.params), prefixed('predictor', predictor.params)),
    state: mergeParams(prefixed('encoder_q', query.buffers), prefixed('predictor', predictor.buffers)),
    loss: (views, _context, stepRng) => tf.tidy(() => {
      const pass = (name) => ({ mode: 'train', rng: stepRng.fork(name) });
      const [a, b] = ['query', 'key'].map((view) => query.apply(views[view], pass(view)));
      const direction = (from, to, name) => {
        const noise = 0.01 * stepRng.fork('noise', name).normal();
        const p = l2Normalize(tf.add(predictor.apply(from, pass(name)), noise));
        return tf.neg(tf.mean(tf.sum(tf.mul(p, withoutGradient(() => l2Normalize(to))), 1)));
      };
      const total = tf.mul(tf.add(direction(a, b, 'ab'), direction(b, a, 'ba')), 0.5);
      return { total, parts: { simsiam: tf.clone(total) } };
    }),
    afterStep: () => undefined,
    dispose: () => predictor.dispose(),
  };
};
`;
const optimizer = `${HEAD}
export const optimizer = (params, { momentum }) => sgd(params, { momentum });
`;
const recipeSource = (changes: object): string => `
import { syntheticMoco } from '@halp/recipes';
export const recipe = {
  ...syntheticMoco,
  name: 'own',
  encoder: { kind: 'bigru', hidden: 4, layers: 1, direction: 'stepwise' },
  head: { hidden: 8, outputs: 8 },
  batchSize: 16,
  objective: { kind: 'module', module: './objective.mjs', options: { hidden: 4 } },
  optimizer: { kind: 'module', module: './optimizer.mjs', options: { momentum: 0.9 } },
  ...${JSON.stringify(changes)},
};
`;
const file = (name: string, text: string): string => {
  const path = join(own, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: join(folder(), 'data') });
  file('objective.mjs', objective);
  file('optimizer.mjs', optimizer);
});

describe('an objective and an optimizer of a user, in modules next to the recipe', () => {
  const recipeFile = file('recipe.mjs', recipeSource({}));
  const at = (name: string): string => join(folder(), name);
  const train = async (out: string, options: object): Promise<unknown> => {
    const recipe = await loadRecipe(recipeFile);
    return pretrain({ recipe, recipeFile, data: at('data'), out: at(out), ...options });
  };

  it('are found relative to the recipe, recorded, and resumed with the bytes of an uninterrupted run', async () => {
    await train('whole', { epochs: 4 });
    await train('parts', { epochs: 2 });
    await train('parts', { epochs: 4, resume: true });
    const last = (run: string): Promise<Buffer> =>
      readFile(join(at(run), 'checkpoints', 'last.safetensors'));
    expect((await last('parts')).equals(await last('whole'))).toBe(true);
    const manifest = JSON.parse(await readFile(join(at('whole'), 'manifest.json'), 'utf8')) as {
      readonly modules: readonly Readonly<Record<string, string>>[];
    };
    expect(manifest.modules.map(({ where, relative }) => [where, relative])).toEqual([
      ['objective', 'objective.mjs'],
      ['optimizer', 'optimizer.mjs'],
    ]);
  });

  it('are not needed for an evaluation, which imports no module', async () => {
    const [result] = await evaluate({
      ...{ run: at('whole'), data: at('data'), protocols: [{ protocol: 'knn' }] },
    });
    expect(result).toMatchObject({ protocol: 'knn' });
  });

  it('are refused on resume after a change', async () => {
    file('objective.mjs', `${objective}\n// changed\n`);
    const before = await contentsOf(at('whole'));
    await expect(train('whole', { epochs: 5, resume: true })).rejects.toThrow(
      /expected the modules with which .* started, got changed ones: file:.*objective\.mjs \(objective\) has SHA-256/,
    );
    expect(await contentsOf(at('whole'))).toEqual(before);
    file('objective.mjs', objective);
  });

  it('are not imported from a recipe that came as data', async () => {
    const recipe = await loadRecipe(recipeFile);
    await expect(importParts(recipe)).rejects.toThrow(
      'importParts: expected an objective of this package or an allowed module, got file:',
    );
    expect(() => buildTraining(recipe, createRandom(0))).toThrow(
      /buildTraining: expected an objective of this package, got the module file:.*objective\.mjs; load it with importParts/,
    );
  });
});

describe('a module that is wrong is one clear line, and nothing is written:', () => {
  const returning = (kind: 'objective' | 'optimizer', text: string): string =>
    `${HEAD}\nexport const ${kind} = (a, { query }) => (${text});\n`;
  const base = `params: prefixed('encoder_q', query.params), state: prefixed('encoder_q', query.buffers),
    loss: (v, c, rng) => tf.tidy(() => { const total = tf.sum(query.apply(v.query, { mode: 'train', rng })); return { total, parts: {} }; }),
    afterStep() {}, dispose() {}`;
  const cases: Readonly<
    Record<
      string,
      readonly [kind: 'encoder' | 'objective' | 'optimizer', source: string, message: RegExp]
    >
  > = {
    'without the named export': [
      'objective',
      'export const loss = 1;',
      /expected file:.* to export a function 'objective', got undefined/,
    ],
    'that throws while it loads': [
      'objective',
      "throw new Error('no weights here');",
      /expected a module that exports 'objective', got an error while file:.* was imported: no weights here; correct the module/,
    ],
    'with an objective without a loss': [
      'objective',
      returning('objective', '{ params: {}, state: {} }'),
      /expected 'objective' to return an objective with loss, got undefined; see Objective of @halp\/nn/,
    ],
    'whose objective does not hold the encoder': [
      'objective',
      returning('objective', `{ ${base}, params: {} }`),
      /expected 'objective' to return an objective with the query encoder's encoder_q\.[\w.]+ in params, got none; add prefixed\('encoder_q', query\.params\)/,
    ],
    'whose objective does not hold the running statistics': [
      'objective',
      returning('objective', `{ ${base}, state: {} }`),
      /objective with the query encoder's encoder_q\.[\w.]+ in state, got none; add prefixed\('encoder_q', query\.buffers\)/,
    ],
    'whose objective has a parameter without a gradient': [
      'objective',
      returning(
        'objective',
        `{ ${base}, params: { ...prefixed('encoder_q', query.params), lost: tf.variable(tf.ones([2])) } }`,
      ),
      /expected a training step on the first batch, got an error: valueAndGradients: expected a value that depends on every parameter, got none of lost/,
    ],
    'with an encoder whose features have another size than it says': [
      'encoder',
      "import { biGru } from '@halp/encoders';\nexport const encoder = (o, { layout, persons }, rng) => ({ ...biGru({ joints: layout.joints.length, persons, hidden: 4, layers: 1 }, rng), featureSize: 10 });",
      /expected features \[N, featureSize\] = \[16, 10\], got \[16, 8\]; set featureSize to the length of a feature/,
    ],
    'whose loss is not finite': [
      'objective',
      returning(
        'objective',
        `{ ${base.replace('tf.sum(', 'tf.log(tf.neg(tf.sum(').replace('rng }));', 'rng }).mul(0).add(1))));')} }`,
      ),
      /expected a training step on the first batch, got the loss NaN/,
    ],
    'whose optimizer has no step': [
      'optimizer',
      'export const optimizer = () => ({ state: {}, dispose() {} });',
      /expected 'optimizer' to return an optimizer with step, got undefined; see Optimizer of @halp\/nn/,
    ],
    'whose optimizer is no function': [
      'optimizer',
      'export const optimizer = {};',
      /expected file:.* to export a function 'optimizer', got object/,
    ],
  };

  it.each(Object.entries(cases))('%s', async (name, [kind, source, message]) => {
    const stem = name.replaceAll(/\W+/g, '-');
    file(`${stem}.mjs`, source);
    const changes = { [kind]: { kind: 'module', module: `./${stem}.mjs`, options: {} } };
    const recipeFile = file(`${stem}-recipe.mjs`, recipeSource(changes));
    const recipe: Recipe = await loadRecipe(recipeFile);
    expect(modulesOf(recipe).map(({ module }) => module)).toContain(
      pathToFileURL(join(own, `${stem}.mjs`)).href,
    );
    const before = await contentsOf(folder());
    const training = pretrain({
      ...{ recipe, recipeFile, data: join(folder(), 'data'), out: join(folder(), stem), epochs: 1 },
    });
    await expect(training).rejects.toThrow(message);
    expect(await contentsOf(folder())).toEqual(before);
  });
});
