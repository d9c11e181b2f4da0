import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planOwnClips, planSynthetic, prepare } from '@halp/data/node';
import type { Evaluation } from '@halp/protocols';
import { checkTable, type ProtocolModuleOptions, type TablePlan } from '@halp/recipes';
import {
  ensureEvaluations,
  estimate,
  evaluate,
  pretrain,
  type ProtocolRequest,
  reproduce,
  runReport,
  runStatuses,
  writeTableReport,
} from '@halp/runs/node';
import { collectedOutput, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const saved = (): string[] =>
  existsSync(at('run', 'evaluations')) ? readdirSync(at('run', 'evaluations')) : [];

beforeAll(async () => {
  await startBackend();
  const size = { performers: 4, replications: 1 };
  await prepare(planSynthetic(size), { out: at('data') });
  await pretrain({ recipe: tinyMoco, data: at('data'), out: at('trained'), epochs: 1 });
});

beforeEach(async () => {
  await rm(at('run'), { recursive: true, force: true });
  await cp(at('trained'), at('run'), { recursive: true });
});

/** A file with a protocol whose function has that body. */
async function own(name: string, body: string): Promise<string> {
  const file = at(`${name}.mjs`);
  await writeFile(file, `export const protocol = async (options, input, rng) => {${body}};\n`);
  return file;
}

const requestOf = (module: string, options: ProtocolModuleOptions = {}): ProtocolRequest => ({
  protocol: { kind: 'module', module, options },
});

const evaluated = (module: string, options: ProtocolModuleOptions = {}) =>
  evaluate({ run: at('run'), data: at('data'), protocols: [requestOf(module, options)] });

describe('a protocol of a user', () => {
  it('gives the same evaluation as the built-in one if it does the same', async () => {
    // The first of the nearest rows by cosine, as kNN with k = 1.
    const module = await own(
      'same',
      `const [train, test] = [(await input.features('train')).fused, (await input.features('test')).fused];
       const size = train.features.length / train.labels.length;
       const unit = (all, i) => {
         const row = [...all.subarray(i * size, (i + 1) * size)];
         const length = Math.hypot(...row);
         return row.map((value) => value / length);
       };
       const rows = train.labels.length;
       const gallery = Array.from({ length: rows }, (_, i) => unit(train.features, i));
       const predictions = Int32Array.from(test.labels, (_, q) => {
         const query = unit(test.features, q);
         const scores = gallery.map((row) => row.reduce((sum, value, d) => sum + value * query[d], 0));
         return train.labels[scores.indexOf(Math.max(...scores))];
       });
       return { predictions, metrics: { rows } };`,
    );
    const [mine] = await evaluated(module);
    const [knn] = await evaluate({
      ...{ run: at('run'), data: at('data'), protocols: [{ protocol: 'knn', k: 1 }] },
    });
    const {
      settings: _,
      selection: __,
      protocol: ___,
      top5: ____,
      top5Interval: _____,
      ...rest
    } = knn as never as Record<string, unknown>;
    const { identity: ______, ...same } = rest;
    expect(mine).toMatchObject(same);
    expect(mine).toMatchObject({
      protocol: 'module',
      name: 'same',
      metrics: { rows: (knn as Evaluation).counts.train },
    });
  });

  it('is saved under its name, its options and its hash, and made again only if one of them differs', async () => {
    const body = (value: number): string =>
      `globalThis.calls = (globalThis.calls ?? 0) + 1; return { metric: 'm', value: ${value} * (options.a ?? 1) };`;
    const calls = (): unknown => (globalThis as { calls?: number }).calls;
    const module = await own('number', body(0.25));
    const ensure = async (path: string, options: ProtocolModuleOptions = {}) => {
      const asked = { run: at('run'), data: at('data'), epoch: 1 };
      const [one] = await ensureEvaluations({ ...asked, protocols: [requestOf(path, options)] });
      return (one?.evaluation as { value?: number }).value;
    };
    expect(await ensure(module)).toBe(0.25);
    expect(await ensure(pathToFileURL(module).href)).toBe(0.25);
    expect(calls()).toBe(1);
    expect(await ensure(module, { a: 2 })).toBe(0.5);
    expect(calls()).toBe(2);
    expect(saved()).toHaveLength(2);
    // The changed file is imported again, although Node has imported that path before.
    await own('number', body(0.5));
    expect(await ensure(module)).toBe(0.5);
    expect(calls()).toBe(3);
    expect(saved()).toHaveLength(3);
    expect(saved().every((name) => name.startsWith('epoch-0001-own-number'))).toBe(true);
  });

  it('draws from the seed of the run, and frees what it opened', async () => {
    const module = await own(
      'frees',
      `const before = input.recipe.name;
       const [{ encoder }] = await input.encoders();
       const { length } = await input.dataset('test');
       const subjects = await input.subjects('test');
       let clips = 0;
       for await (const { labels } of input.batches('test')) clips += labels.length;
       input.note('half of it');
       return { metric: before, value: rng.uniform(), metrics: { clips, length, subjects: subjects.length, size: encoder.featureSize } };`,
    );
    await evaluated(module);
    const { numTensors } = tf.memory();
    const output = collectedOutput();
    const [first] = await evaluate({
      ...{ run: at('run'), data: at('data'), protocols: [requestOf(module)] },
      onEvent: output.onEvent,
    });
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(output.lines).toContain('half of it');
    const clips = 96;
    expect(first).toMatchObject({
      metric: 'synthetic-moco',
      metrics: { clips, length: clips, size: 8 },
    });
    const [second] = await evaluated(module);
    expect(second).toEqual(first);
  });

  it('stands in lists, reports and tables, which never import it', async () => {
    const module = await own(
      'listed',
      `return { metric: 'leak', value: 0.125, metrics: { n: 3 } };`,
    );
    const predicts = await own(
      'predicts',
      `const { labels } = (await input.features('test')).fused; return { predictions: Int32Array.from(labels) };`,
    );
    await evaluated(module, { bins: 15 });
    await evaluated(predicts);
    await writeFile(module, 'throw new Error("imported");');
    await writeFile(predicts, 'throw new Error("imported");');
    const { runs } = await runStatuses([at('run')]);
    const texts = runs[0]?.results.map(({ text, accuracy }) => [text, accuracy]);
    expect(texts).toEqual([
      ['listed, bins 15, leak', 0.125],
      ['predicts', 1],
    ]);
    const html = await runReport({ runs: [at('run')] });
    expect(html).toContain('listed, bins 15, leak');
    expect(html).toContain('Confusion');
  });

  it('is made again with other settings of the evaluation, all of which it gets', async () => {
    const module = await own(
      'reads',
      `return { metric: 'k', value: input.recipe.evaluation.knn.k / 10 };`,
    );
    const { evaluation } = tinyMoco;
    const asked = { run: at('run'), data: at('data'), epoch: 1, protocols: [requestOf(module)] };
    const values = [];
    for (const k of [1, 3]) {
      const [one] = await ensureEvaluations({
        ...asked,
        evaluation: { ...evaluation, knn: { k } },
      });
      values.push((one?.evaluation as { value?: number }).value);
    }
    expect(values).toEqual([0.1, 0.3]);
  });

  it('that fails is one line before a table trains anything', async () => {
    const module = at('broken.mjs');
    await writeFile(module, 'export const other = 1;');
    const table: TablePlan = {
      ...{ name: 'mine', title: 'mine', seeds: [0] },
      columns: [{ label: 'mine', protocol: { kind: 'module', module, options: {} } }],
      rows: [{ label: 'a', recipe: tinyMoco }],
    };
    await expect(reproduce(table, { data: at('data'), out: at('never') })).rejects.toThrow(
      "reproduce: expected a module that exports 'protocol', got",
    );
    expect(existsSync(at('never'))).toBe(false);
  });

  it('is a column of a table, also of the untrained encoder alone, and counts in an estimate', async () => {
    const module = await own('column', `return { metric: 'leak', value: 0.5 };`);
    const protocol = { kind: 'module', module, options: {} } as const;
    const table: TablePlan = {
      ...{ name: 'mine', title: 'mine', seeds: [0] },
      columns: [
        { label: 'mine', protocol },
        { label: '3-NN', protocol: 'knn', k: 3 },
      ],
      rows: [{ label: 'untrained', recipe: tinyMoco, epoch: 0 }],
    };
    const measured = await reproduce(table, { data: at('data'), out: at('table') });
    expect(measured.rows[0]?.cells['mine']?.values).toEqual([0.5]);
    expect(measured.rows[0]?.cells['3-NN']?.evaluations).toEqual(['epoch-0000-knn-3']);
    await writeTableReport(table, measured, at('table'));
    expect(readFileSync(at('table', 'report.html'), 'utf8')).toContain('column, leak');
    const { evaluations } = await estimate(table, { data: at('data'), steps: 1 });
    expect(evaluations[0]?.hours).toBeGreaterThan(0);
  });
});

describe('a protocol that cannot be used is one clear line, and nothing is written', () => {
  const cases: readonly (readonly [what: string, body: string, message: string])[] = [
    ['throws', `throw new Error('no\\nluck')`, 'an error: no luck'],
    ['returns nothing', `return undefined`, 'to return an object, got undefined'],
    ['returns a number', `return 0.5`, 'to return an object, got 0.5'],
    [
      'returns no metric',
      `return { value: 0.5 }`,
      'the name of a metric with its value, got undefined',
    ],
    ['returns NaN', `return { metric: 'x', value: NaN }`, 'value in [-1, 1], got NaN'],
    ['returns percent', `return { metric: 'x', value: 81 }`, 'value in [-1, 1], got 81; scale it'],
    [
      'returns a bad interval',
      `return { metric: 'x', value: 0, interval: {} }`,
      'interval.low in [-1, 1]',
    ],
    [
      'returns an infinite metric',
      `return { metric: 'x', value: 0, metrics: { a: Infinity } }`,
      'as a',
    ],
    [
      'predicts too few',
      `return { predictions: new Int32Array(3) }`,
      'for 96 clips of the test part, got 3 numbers',
    ],
    ['predicts a list', `return { predictions: [1, 2] }`, 'as Int32Array for 96 clips'],
    [
      'scores too few',
      `return { scores: new Float32Array(3) }`,
      '96 clips × 16 classes of the test part, got 3',
    ],
    ['predicts no class', `return { predictions: new Int32Array(96).fill(99) }`, '99'],
    ['scores NaN', `return { scores: new Float32Array(1536).fill(NaN) }`, 'NaN'],
  ];
  it.each(cases)('one that %s', async (what, body, message) => {
    const module = await own(what.replaceAll(' ', '-'), body);
    await expect(evaluated(module)).rejects.toThrow(message);
    expect(saved()).toEqual([]);
  });

  it.each([
    [
      'is not there',
      undefined,
      "evaluate: expected a module that exports 'protocol', got nothing at",
    ],
    ['has no such export', 'export const other = 1;', 'with other; add'],
    ['exports a number', 'export const protocol = 1;', 'to be a function, got 1'],
    [
      'throws while it loads',
      'throw new Error("at once");',
      'was imported: at once; correct the module',
    ],
  ] as const)(
    'one whose file %s is refused before anything is computed',
    async (what, text, message) => {
      const module = at(`file-${what.replaceAll(' ', '-')}.mjs`);
      if (text !== undefined) await writeFile(module, text);
      const output = collectedOutput();
      const protocols = [{ protocol: 'knn' } as const, requestOf(module)];
      const asked = { run: at('run'), data: at('data'), protocols, onEvent: output.onEvent };
      await expect(evaluate(asked)).rejects.toThrow(message);
      expect(output.lines).toEqual([]);
      expect(saved()).toEqual([]);
    },
  );

  it('one that asks for subjects of clips without any, and the message names its file', async () => {
    const clips = ['train', 'test'].flatMap((split) =>
      ['a', 'b'].map((label) => ({ file: `${split}-${label}.json`, label, split })),
    );
    await mkdir(at('own'));
    const frames = Array.from({ length: 12 }, (_, t) =>
      Array.from({ length: 20 }, (_joint, v) => [0.1 * (v % 5), 0.01 * t + 0.05 * v, 2]),
    );
    for (const { file } of clips) await writeFile(at('own', file), JSON.stringify(frames));
    const set = { name: 'own', layout: 'kinect-v1', fps: 30, clips };
    await writeFile(at('own', 'clips.json'), JSON.stringify(set));
    await prepare(await planOwnClips({ raw: at('own') }), { out: at('own-data') });
    const module = await own('subjects', `await input.subjects('test'); return {};`);
    const asked = { run: at('run'), data: at('own-data'), protocols: [requestOf(module)] };
    await expect(evaluate(asked)).rejects.toThrow(
      `${module}: expected a subject for every clip, got none for `,
    );
  });

  it('one with options that are no plain values, or with settings of other protocols', async () => {
    const module = await own('fine', `return { metric: 'x', value: 0 };`);
    await expect(evaluated(module, { a: { b: 1 } } as never)).rejects.toThrow(
      'evaluate: expected the option a of the protocol to be a text, a number, true, false or a list of numbers, got an object',
    );
    const protocols = [{ ...requestOf(module), k: 3 }];
    const asked = { run: at('run'), data: at('data'), protocols };
    await expect(evaluate(asked)).rejects.toThrow(`expected k for knn only, got 3 for ${module}`);
    await expect(
      evaluate({ ...asked, protocols: [{ protocol: { module } as never }] }),
    ).rejects.toThrow(
      "expected a protocol with kind 'module' and the path of a module, got kind undefined",
    );
    expect(existsSync(at('run', 'coordinates'))).toBe(false);
  });
});

describe('checkTable', () => {
  const table = (column: object): unknown => ({
    ...{ name: 'x', title: 'x', seeds: [0], rows: [] },
    columns: [{ label: 'a', ...column }],
  });

  it.each([
    [
      { protocol: 'kn' },
      "columns[0].protocol: expected one of knn, linear, fine-tune, semi-supervised, few-shot, retrieval, clustering, or a module, got 'kn'; did you mean 'knn'?",
    ],
    [
      { protocol: 'linear', k: 3 },
      'columns[0].k: expected no such setting for the protocol linear; leave it out',
    ],
    [
      { protocol: { kind: 'module', module: './a.ts' } },
      'columns[0].protocol.options: expected an object, got nothing',
    ],
    [
      { protocol: { kind: 'module', module: './a.ts', options: { a: {} } } },
      'columns[0].protocol.options.a: expected a text',
    ],
  ])('refuses the column %o', (column, message) => {
    expect(() => checkTable(table(column))).toThrow(message);
  });

  it('accepts every protocol', () => {
    for (const protocol of ['knn', 'few-shot', 'clustering', 'retrieval'])
      expect(() => checkTable(table({ protocol }))).not.toThrow();
  });
});
