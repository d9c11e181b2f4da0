/** Code named in a run folder from an untrusted source is never executed without --allow-modules. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { prepare } from '@halp/data/node';
import { evaluate, pretrain } from '@halp/runs/node';
import { readSweep } from '@halp/runs/node';
import { halp } from '../../../cli/test/helpers.ts';
import { keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const ran = globalThis as { halpStrangerRan?: string };
const code = (name: string): string =>
  `globalThis.halpStrangerRan = '${name}'; export const encoder = () => {}; export const createTransform = () => (clip) => clip;`;
const dataUrl = `data:text/javascript,${encodeURIComponent(code('data'))}`;

beforeAll(async () => {
  await startBackend();
  const data = join(folder(), 'data');
  const size = { performers: 2, replications: 1 };
  await prepare('synthetic', { out: data, ...size, workers: 1 });
  const out = join(folder(), 'run');
  await pretrain({ recipe: tinyMoco, data, out, epochs: 1 });
  await evaluate({ run: out, data, protocols: [{ protocol: 'linear' }] });
  await writeFile(join(folder(), 'step.mjs'), code('file'));
});

/** The fields of a manifest's recipe that the tests change. */
interface PlainRecipe {
  encoder: unknown;
  evaluation: { view: unknown[] };
}

/** A copy of the run with one field of its manifest's recipe changed, as an attacker could distribute it. */
async function changedRun(name: string, change: (recipe: PlainRecipe) => void): Promise<string> {
  const run = join(folder(), name);
  await cp(join(folder(), 'run'), run, { recursive: true });
  const file = join(run, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { recipe: PlainRecipe };
  change(manifest.recipe);
  await writeFile(file, JSON.stringify(manifest));
  return run;
}

const attacks = {
  'as its encoder': (module: string) => (recipe: PlainRecipe) => {
    recipe.encoder = { kind: 'module', module, options: {} };
  },
  'as a step of its view': (module: string) => (recipe: PlainRecipe) => {
    recipe.evaluation.view.push({ kind: 'module', module });
  },
  'as a step in a choice of its view': (module: string) => (recipe: PlainRecipe) => {
    const steps = [{ kind: 'module', module }];
    recipe.evaluation.view.push({ kind: 'one-of', choices: [{ probability: 1, steps }] });
  },
};

describe.each(Object.entries(attacks))('an untrusted run with a module %s', (how, attack) => {
  const name = how.replaceAll(' ', '-');
  const commands = (run: string, data: string): Readonly<Record<string, readonly string[]>> => {
    const clip = join(folder(), 'clip.json');
    const out = join(folder(), 'out');
    return {
      evaluate: ['evaluate', 'knn', '--run', run, '--data', data],
      classify: ['classify', clip, '--run', run],
      export: ['export', run, '--format', 'onnx', '--out', `${out}.onnx`],
      embed: ['embed', run, '--data', data, '--out', `${out}.npy`],
      retrieve: ['retrieve', clip, '--run', run, '--data', data],
      fuse: ['fuse', 'knn', run, join(folder(), 'run'), '--data', data],
    };
  };

  it('is rejected by every command that would import the module, with the path of the module', async () => {
    const run = await changedRun(name, attack(dataUrl));
    const data = join(folder(), 'data');
    for (const args of Object.values(commands(run, data))) {
      const { status, stderr } = await halp(...args);
      expect(stderr).toContain(`${run}: expected a run without modules, got data:text`);
      expect(stderr).toContain('code that its manifest names');
      expect(status).toBe(1);
    }
    const report = join(folder(), 'report.html');
    const { status, stderr } = await halp(
      ...['report', folder(), '--data', data, '--out', report, '--backend', 'cpu'],
    );
    expect(stderr).toContain(`${run}: expected a run without modules, got`);
    expect(status).toBe(0);
    expect(ran.halpStrangerRan).toBeUndefined();
  });

  it.each([
    [dataUrl, 'a data: URL'],
    ['https://example.org/x.js', 'a https: URL'],
    ['blob:nodedata:1', 'a blob: URL'],
    ['node:child_process', 'a node: URL'],
    ['file://host/share/x.mjs', 'a file on another machine'],
  ])('is rejected even with --allow-modules: %s', async (module, problem) => {
    const run = await changedRun(`${name}-${problem.replaceAll(/\W/g, '')}`, attack(module));
    const data = join(folder(), 'data');
    const { status, stderr } = await halp(
      ...['evaluate', 'knn', '--run', run, '--data', data, '--allow-modules'],
    );
    expect(stderr).toContain(`got ${problem}, ${module}`);
    expect(status).toBe(1);
    expect(ran.halpStrangerRan).toBeUndefined();
  });
});

it.each(['child_process', '../x', 'package/../../x', './x.js'])(
  'a run whose encoder is %s is rejected even with --allow-modules: not a package name',
  async (module) => {
    const run = await changedRun(
      `name-${module.replaceAll(/\W/g, '')}`,
      attacks['as its encoder'](module),
    );
    const { status, stderr } = await halp(
      ...['evaluate', 'knn', '--run', run, '--data', join(folder(), 'data'), '--allow-modules'],
    );
    // A relative path is refused with the recipe, another name where it would be imported.
    expect(stderr).toMatch(
      /(expected encoder as|encoder\.module: expected) a file: URL, an absolute path or a package name/,
    );
    expect(status).toBe(1);
  },
);

it('a file named by a run is imported with --allow-modules, with a warning', async () => {
  const module = pathToFileURL(join(folder(), 'step.mjs')).href;
  const run = await changedRun('allowed', attacks['as a step in a choice of its view'](module));
  const data = join(folder(), 'data');
  const { status, stderr } = await halp(
    ...['evaluate', 'knn', '--run', run, '--data', data, '--allow-modules'],
  );
  expect(stderr).toContain(
    `${run}: loading the module ${module}, which its manifest names (evaluation.view step 1`,
  );
  expect(status).toBe(0);
  expect(ran.halpStrangerRan).toBe('file');
  delete ran.halpStrangerRan;
});

it('the values of a sweep plan cannot name a module', async () => {
  const plan = join(folder(), 'plan.json');
  const views = [[[{ kind: 'module', module: dataUrl }]]];
  const values = { 'views.query': views[0] };
  await writeFile(
    plan,
    JSON.stringify({ data: 'data', out: 'runs', recipes: ['synthetic-moco'], seeds: [0], values }),
  );
  await expect(readSweep(plan)).rejects.toThrow('expected values without modules, which are code');
});

it('a pipeline in a JSON file imports no module unless it is allowed', async () => {
  const [pipeline, drawn] = [join(folder(), 'pipeline.json'), join(folder(), 'clip.svg')];
  const module = pathToFileURL(join(folder(), 'step.mjs')).href;
  await writeFile(pipeline, JSON.stringify([{ kind: 'module', module }]));
  const args = ['inspect', join(folder(), 'data'), '--draw', drawn, '--augment', pipeline];
  const refused = await halp(...args);
  expect(refused.stderr).toContain(`expected an allowed module, got ${module}`);
  expect(refused.status).toBe(1);
  const allowed = await halp(...args, '--allow-modules');
  expect(allowed.status).toBe(0);
});
