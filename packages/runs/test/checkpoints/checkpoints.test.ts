import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare, writeSynthetic } from '@halp/data/node';
import { formatPyTorch, formatSafetensors, parseNpy, parsePyTorch, stateOf } from '@halp/files';
import { type Recipe, recipeNamed } from '@halp/recipes';
import {
  classify,
  embed,
  evaluate,
  exportRun,
  importCheckpoint,
  pretrain,
  retrieve,
} from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { halp } from '../../../cli/test/helpers.ts';
import { collectedOutput, keptFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const knn = [{ protocol: 'knn' }] as const;

beforeAll(async () => {
  await startBackend();
  const size = { performers: 2, replications: 1 };
  await writeSynthetic({ ...size, out: at('raw') });
  await prepare(planSynthetic({ ...size, raw: at('raw') }), { out: at('data') });
  const options = { recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 2, seed: 4 };
  await pretrain(options);
});

describe('a checkpoint exchanged with another program', () => {
  it.each([
    ['pytorch', 'pth.tar', ['encoder', 'head', 'key network', 'queue'], 2],
    ['safetensors', 'safetensors', ['encoder'], 2],
  ] as const)(
    'is exported as %s and imported with the same features',
    async (format, extension, parts, epoch) => {
      const file = at(`model.${extension}`);
      await exportRun({ run: at('run'), format, out: file });
      const out = at(`from-${format}`);
      const run = await importCheckpoint({ file, recipe: tinyMoco, out });
      expect(run.manifest.importedFrom?.parts).toEqual(parts);
      expect(run.manifest.importedFrom?.sha256).toMatch(/^[0-9a-f]{64}$/);
      const of = (path: string): ReturnType<typeof evaluate> =>
        evaluate({ run: path, data: at('data'), protocols: knn });
      const [[own], [original]] = [await of(out), await of(at('run'))];
      expect(own).toMatchObject({
        confusion: (original as { confusion: unknown }).confusion,
        epoch,
      });
    },
  );

  it('is imported from every format with wrapped names, without counters and with a tensor epoch', async () => {
    const file = at('plain.pth');
    await exportRun({ run: at('run'), format: 'pytorch', out: file });
    const { tensors } = stateOf(parsePyTorch(await readFile(file), file), file);
    const wrapped = Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => !name.endsWith('num_batches_tracked'))
        .map(([name, array]) => [`module.${name.replace(/^encoder_q/, '$&._orig_mod')}`, array]),
    );
    const epoch = { dtype: 'int64', shape: [], data: BigInt64Array.of(7n) } as const;
    const files = {
      'wrapped.pth': formatPyTorch({ state_dict: wrapped, epoch }),
      'wrapped.safetensors': formatSafetensors(wrapped),
      'wrapped.bin': formatSafetensors(wrapped),
    };
    const of = async (path: string): Promise<unknown> => {
      const [result] = await evaluate({ run: path, data: at('data'), protocols: knn });
      return (result as { confusion: unknown }).confusion;
    };
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(at(name), bytes);
      const output = collectedOutput();
      const out = at(`from-${name}`);
      const run = await importCheckpoint({
        file: at(name),
        recipe: tinyMoco,
        out,
        onEvent: output.onEvent,
      });
      expect(run.manifest.importedFrom?.parts).toEqual(['encoder', 'head', 'key network', 'queue']);
      const said = output.lines.join('\n');
      for (const wrapper of ['module', '_orig_mod']) {
        expect(said).toMatch(new RegExp(`removed [^\\n]*${wrapper}[^\\n]* from names`));
      }
      expect(output.lines.join('\n')).toContain('added num_batches_tracked = 0');
      expect(output.lines.join('\n')).toContain(`after ${name.endsWith('pth') ? 7 : 0} epochs`);
      expect(await of(out)).toEqual(await of(at('run')));
    }
  });

  it('can be resumed, and initializes HaLP', async () => {
    const file = at('whole.pth');
    await exportRun({ run: at('run'), format: 'pytorch', out: file });
    const out = at('halp-from-file');
    await importCheckpoint({ file, recipe: tinyHalp, out });
    const options = { recipe: tinyHalp, data: at('data'), out, epochs: 3, resume: true };
    const run = await pretrain(options);
    // Epoch 2 is the first with the term, and the imported queue is full of real keys.
    expect(run.log.map(({ epoch }) => epoch)).toEqual([2]);
    expect(run.log[0]?.losses).toHaveProperty('halp');
  });

  it('exports to ONNX', async () => {
    await exportRun({ run: at('run'), format: 'onnx', out: at('encoder.onnx') });
    expect((await stat(at('encoder.onnx'))).size).toBeGreaterThan(10_000);
  });

  it('rejects a checkpoint that does not match the recipe, lists the first differences, and creates no run', async () => {
    const file = at('other.safetensors');
    await exportRun({ run: at('run'), format: 'safetensors', out: file });
    const encoder = { kind: 'bigru', hidden: 5, layers: 1, direction: 'stepwise' } as const;
    const wider: Recipe = { ...tinyMoco, encoder };
    const out = at('refused');
    await expect(importCheckpoint({ file, recipe: wider, out })).rejects.toThrow(
      /other\.safetensors: .*weight_ih_l0: expected shape \[15, 150\], got \[12, 150\]/,
    );
    const other = recipeNamed('ntu60-xview-skeletonclr');
    await expect(importCheckpoint({ file, recipe: other, out })).rejects.toThrow(
      /missing: .*and \d+ more/,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('rejects a damaged checkpoint', async () => {
    const file = at('cut.pth');
    await exportRun({ run: at('run'), format: 'pytorch', out: file });
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length / 2));
    const imported = importCheckpoint({ file, recipe: tinyMoco, out: at('cut') });
    await expect(imported).rejects.toThrow(/cut\.pth/);
    expect(existsSync(at('cut'))).toBe(false);
  });
});

describe('commands on a trained run', () => {
  it('classify gives raw files the classes of the linear probe, with probabilities', async () => {
    const run = at('run');
    await expect(classify({ files: [], run })).rejects.toThrow(
      'evaluate the run by the protocol linear',
    );
    await evaluate({ run, data: at('data'), protocols: [{ protocol: 'linear' }] });
    const files = ['S001C001P001R001A001', 'S001C001P001R001A002'].map((name) =>
      at('raw', `${name}.skeleton`),
    );
    const found = await classify({ files, run, top: 16 });
    expect(found.map(({ clip }) => clip)).toEqual(['S001C001P001R001A001', 'S001C001P001R001A002']);
    for (const { top } of found) {
      expect(top).toHaveLength(16);
      expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
      const probabilities = top.map(({ probability }) => probability);
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    }
  });

  it('retrieve finds a training clip given as query, and draws the results', async () => {
    const file = at('raw', 'S001C001P001R001A003.skeleton');
    const options = { file, run: at('run'), data: at('data'), count: 3, draw: at('found.svg') };
    const found = await retrieve(options);
    expect(found).toHaveLength(3);
    expect(found[0]?.clip).toBe('S001C001P001R001A003');
    expect(found[0]?.similarity).toBeCloseTo(1, 5);
    expect(await readFile(at('found.svg'), 'utf8')).toContain('S001C001P001R001A003');
  });

  it('embed writes features with names and labels, for NumPy and for the projector', async () => {
    await mkdir(at('out'));
    const common = { run: at('run'), data: at('data'), part: 'test' } as const;
    const { clips } = await embed({ ...common, format: 'npy', out: at('out/f.npy') });
    expect(parseNpy(await readFile(at('out/f.npy')), 'f.npy').shape).toEqual([clips, 8]);
    const facts = JSON.parse(await readFile(at('out/f.json'), 'utf8')) as {
      names: string[];
      labels: number[];
    };
    expect([facts.names.length, facts.labels.length]).toEqual([clips, clips]);
    await embed({ ...common, format: 'projector', out: at('out/p') });
    const rows = (await readFile(at('out/p/tensors.tsv'), 'utf8')).trim().split('\n');
    expect([rows.length, rows[0]?.split('\t').length]).toEqual([clips, 8]);
  });

  it('evaluate knn takes the number of neighbours from --k, and saves the result under its own name', async () => {
    const done = await halp(
      ...['evaluate', 'knn', '--run', at('run'), '--data', at('data'), '--k', '3', '--json'],
    );
    expect(JSON.parse(done.stdout)).toMatchObject({ protocol: 'knn', settings: { k: 3 } });
    const saved = await (await openRun(at('run'))).evaluations();
    expect(saved).toHaveProperty(['epoch-0002-knn-3', 'settings', 'k'], 3);
  });

  it('evaluate measures retrieval and clustering', async () => {
    const protocols = (['retrieval', 'clustering'] as const).map((protocol) => ({ protocol }));
    const results = await evaluate({ run: at('run'), data: at('data'), protocols });
    expect(results.map(({ protocol }) => protocol)).toEqual(['retrieval', 'clustering']);
    const saved = await (await openRun(at('run'))).evaluations();
    expect(Object.keys(saved)).toEqual(
      expect.arrayContaining(['epoch-0002-clustering', 'epoch-0002-retrieval']),
    );
  });
});

/** A file next to the repository, or in the folder HALP_SHARED; the test is skipped if it is missing. */
function shared(context: TestContext, ...names: string[]): string {
  const beside = fileURLToPath(new URL('../../../../../shared', import.meta.url));
  const path = join(process.env['HALP_SHARED'] ?? beside, ...names);
  if (!existsSync(path)) context.skip(`there is no ${path}`);
  return path;
}

describe('a published checkpoint', () => {
  it('predicts the actions in real clips', async (context) => {
    const file = shared(
      context,
      'checkpoints/actclr/actclr_joint_ntu60xview_lineareval_acc87.14.pt',
    );
    const clips = shared(context, 'datasets/ntu-samples');
    const recipe = recipeNamed('ntu60-xview-skeletonclr');
    const run = await importCheckpoint({ file, recipe, out: at('actclr') });
    expect(run.manifest.importedFrom?.parts).toEqual(['encoder', 'classifier']);
    const facts = JSON.parse(
      await readFile(shared(context, 'checkpoints/actclr/fixture.json'), 'utf8'),
    ) as { files: string[] };
    const files = facts.files.map((name) => join(clips, name));
    const found = await classify({ files, run: at('actclr') });
    expect(found.map(({ top }) => top[0]?.name)).toEqual([
      'drink water',
      'brushing teeth',
      'drop',
      'reading',
      'drop',
      'handshaking',
      'brushing teeth',
      'hugging other person',
      'handshaking',
    ]);
  });
});
