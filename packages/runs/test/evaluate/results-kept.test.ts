import { symlinkSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { openDataset, planSynthetic, prepare, writeSynthetic } from '@halp/data/node';
import { formatPyTorch, parsePyTorch, stateOf } from '@halp/files';
import { parseClassifier, type Recipe } from '@halp/recipes';
import {
  classify,
  ensureEvaluations,
  evaluate,
  exportRun,
  fuse,
  importCheckpoint,
  pretrain,
} from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { halp } from '../../../cli/test/helpers.ts';
import { collectedOutput, contentsOf, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const file = (): string => at('raw', 'S001C001P001R001A001.skeleton');
const linear = [{ protocol: 'linear' }] as const;

/** The recipe with a classifier trained for one epoch, and one epoch of fine-tuning. */
const recipe: Recipe = {
  ...tinyMoco,
  evaluation: {
    ...tinyMoco.evaluation,
    trainView: tinyMoco.evaluation.view,
    linear: { ...tinyMoco.evaluation.linear, epochs: 1, milestones: [] },
    fineTune: {
      ...{ epochs: 1, learningRate: 0.1, milestones: [], batchSize: 16 },
      selectBy: 'last-epoch',
    },
  },
};

beforeAll(async () => {
  await startBackend();
  const size = { performers: 4, replications: 1 };
  await writeSynthetic({ ...size, out: at('raw') });
  await prepare(planSynthetic({ ...size, raw: at('raw') }), { out: at('data') });
  await prepare(planSynthetic({ ...size, seed: 9 }), { out: at('other') });
  await mkdir(at('renamed'));
  for (const [name, text] of Object.entries(await contentsOf(at('data')))) {
    await mkdir(join(at('renamed'), name, '..'), { recursive: true });
    await writeFile(join(at('renamed'), name), Buffer.from(text, 'base64'));
  }
  const description = at('renamed', 'dataset.json');
  const text = await readFile(description, 'utf8');
  await writeFile(description, text.replace('"name": "synthetic"', '"name": "my-set"'));
  await pretrain({ recipe, data: at('data'), out: at('run'), epochs: 2, seed: 4 });
});

/** A run imported from a checkpoint with a classifier for 60 classes whose bias favours class 42. */
async function imported(out: string): Promise<string> {
  const whole = at('whole.pth');
  await exportRun({ run: at('run'), format: 'pytorch', out: whole });
  const { tensors } = stateOf(parsePyTorch(await readFile(whole), whole), whole);
  const kept = Object.entries(tensors).filter(([name]) => !name.includes('.fc.'));
  const weight = { dtype: 'float32' as const, shape: [60, 8], data: new Float32Array(480) };
  const bias = { dtype: 'float32' as const, shape: [60], data: new Float32Array(60) };
  bias.data[42] = 5;
  const model = Object.fromEntries(kept.filter(([name]) => name.startsWith('encoder_q')));
  const classifier = { 'encoder_q.fc.weight': weight, 'encoder_q.fc.bias': bias };
  const sixty = at('sixty.pth');
  await writeFile(sixty, formatPyTorch({ epoch: 2, state_dict: { ...model, ...classifier } }));
  await importCheckpoint({ file: sixty, recipe, out });
  return out;
}

describe('a setting without effect on the protocol', () => {
  it.each([
    ['linear', { labels: 0.01 }, 'labels for semi-supervised only, got 0.01 for linear'],
    ['fine-tune', { labels: 0.1 }, 'labels for semi-supervised only, got 0.1 for fine-tune'],
    ['fine-tune', { balanced: true }, 'balanced for semi-supervised only, got true'],
    ['linear', { repeats: 2 }, 'repeats for semi-supervised only, got 2'],
    ['few-shot', { k: 5 }, 'k for knn only, got 5'],
    [
      'semi-supervised',
      { label: 0.01 },
      "a setting among k, labels, balanced, repeats, ways, shots, got 'label'; did you mean 'labels'?",
    ],
  ] as const)('is rejected: %s %o', async (protocol, setting, message) => {
    const protocols = [{ protocol, ...setting }];
    const own = { run: at('run'), data: at('data'), protocols };
    await expect(evaluate(own)).rejects.toThrow(`evaluate: expected ${message}`);
    await expect(ensureEvaluations({ ...own, epoch: 2 })).rejects.toThrow(`expected ${message}`);
  });

  it.each([
    ['knn', { k: 0 }, 'k: expected a positive integer, got 0'],
    ['semi-supervised', { labels: 2 }, 'labels: expected a number in [0, 1], got 2'],
  ] as const)('or with an impossible value is rejected: %s %o', async (protocol, setting, text) => {
    const own = { run: at('no-run'), data: at('data'), protocols: [{ protocol, ...setting }] };
    await expect(evaluate(own)).rejects.toThrow(`evaluate: ${text}`);
  });

  it('is rejected for classifiers if no protocol trains one, and accepted if one does', async () => {
    const own = { run: at('run'), data: at('data') };
    const knn = { ...own, protocols: [{ protocol: 'knn' }] } as const;
    const crops = { change: { crops: 'fixed-centre' } } as const;
    await expect(evaluate({ ...knn, ...crops })).rejects.toThrow(
      "evaluate: expected crops for linear only, got 'fixed-centre' for knn",
    );
    const selectBy = { change: { selectBy: 'validation' } } as const;
    await expect(evaluate({ ...knn, ...selectBy })).rejects.toThrow(
      'evaluate: expected selectBy for linear, fine-tune, semi-supervised only',
    );
    const fused = {
      runs: [at('run'), at('other-run')],
      data: at('data'),
      protocol: 'knn',
    } as const;
    await expect(fuse({ ...fused, ...selectBy })).rejects.toThrow(
      "fuse: expected selectBy for linear, fine-tune, semi-supervised only, got 'validation' for knn",
    );
    const both = { ...own, protocols: [{ protocol: 'knn' }, { protocol: 'linear' }] } as const;
    expect(await evaluate({ ...both, ...crops })).toHaveLength(2);
    // A setting of one protocol is accepted also if the result of that protocol already exists.
    const k3 = { ...own, epoch: 2, protocols: [{ protocol: 'knn', k: 3 }, { protocol: 'linear' }] };
    const ensured = await ensureEvaluations({ ...k3, ...crops } as never);
    expect(ensured.map(({ name }) => name)).toEqual(['epoch-0002-knn-3', 'epoch-0002-linear']);
  });
});

describe('an evaluation on another split of the data set that the run was trained on', () => {
  it('reports and records how many of its test clips the run was trained on', async () => {
    const names = async (benchmark: string, part: 'train' | 'test'): Promise<readonly string[]> => {
      const dataset = await openDataset(at('data'), { benchmark, part });
      await dataset.close();
      return dataset.names;
    };
    const trained = await names('xsub', 'train');
    const seen = (await names('xview', 'test')).filter((name) => trained.includes(name)).length;
    expect(seen).toBeGreaterThan(0);
    const warning = `warning: the run was trained on ${seen} of the test clips of synthetic xview: training clips of xsub`;
    await cp(at('run'), at('seen'), { recursive: true });
    const own = { run: at('seen'), data: at('data'), protocols: [{ protocol: 'knn' }] } as const;
    const output = collectedOutput();
    const [other] = await evaluate({ ...own, benchmark: 'xview', onEvent: output.onEvent });
    expect(output.lines).toContain(warning);
    expect(other?.testClipsSeen).toBe(seen);
    const usual = collectedOutput();
    const [same] = await evaluate({ ...own, onEvent: usual.onEvent });
    expect(JSON.stringify(same)).not.toContain('testClipsSeen');
    const [transfer] = await evaluate({
      ...own,
      data: at('renamed'),
      benchmark: 'xview',
      onEvent: usual.onEvent,
    });
    expect(JSON.stringify(transfer)).not.toContain('testClipsSeen');
    expect(usual.lines.join()).not.toContain('warning');
  });
});

describe('classifiers of a run', () => {
  it('classify uses the imported one after a transfer evaluation, which saves a second one', async () => {
    const run = await imported(at('imported'));
    const first = async (): Promise<unknown> =>
      (await classify({ files: [file()], run }))[0]?.top[0]?.name;
    expect(await first()).toBe('42');
    await evaluate({ run, data: at('renamed'), protocols: linear });
    expect(await first()).toBe('42');
    const [transferred] = await classify({
      files: [file()],
      run,
      top: 99,
      classifier: 'epoch-0002-linear-on-my-set-xsub',
    });
    expect(transferred?.top).toHaveLength(16);
  });

  it('classify lists them if several match, and --classifier selects one', async () => {
    const run = await imported(at('several'));
    await evaluate({ run, data: at('data'), protocols: linear });
    await expect(classify({ files: [file()], run })).rejects.toThrow(
      "classify: expected one classifier of the run's own data set after 2 epochs, got " +
        'epoch-0002-linear (16 classes, seed 0); ' +
        'imported (60 classes, from sixty.pth); choose one with option classifier',
    );
    const done = await halp(
      ...['classify', file(), '--run', run, '--classifier', 'imported', '--top', '1', '--json'],
    );
    const { clips } = JSON.parse(done.stdout) as { clips: { top: { name: string }[] }[] };
    expect(clips[0]?.top[0]?.name).toBe('42');
    await expect(classify({ files: [file()], run, classifier: 'x' })).rejects.toThrow(
      "expected a classifier named 'x', got epoch-0002-linear (16 classes",
    );
  });

  it('one of an earlier epoch is used with the encoder of that epoch, and only by name', async () => {
    const run = at('epochs');
    const options = { recipe, data: at('data'), out: run, epochs: 1, keep: [1] };
    await pretrain(options);
    await evaluate({ run, data: at('data'), protocols: linear });
    const now = { files: [file()], run, top: 16 };
    const before = await classify(now);
    await pretrain({ ...options, epochs: 2, resume: true });
    await expect(classify(now)).rejects.toThrow(
      'own data set after 2 epochs, got epoch-0001-linear (16 classes, seed 0)',
    );
    const classifier = 'epoch-0001-linear';
    expect(await classify({ ...now, classifier })).toEqual(before);
  });

  it('classify reads them from a folder in the older format', async () => {
    const run = await imported(at('old'));
    await rename(
      join(run, 'classifiers', 'imported.safetensors'),
      join(run, 'classifier.safetensors'),
    );
    const output = collectedOutput();
    const [found] = await classify({ files: [file()], run, onEvent: output.onEvent });
    expect(found?.top[0]?.name).toBe('42');
    expect(output.lines[0]).toBe('classifier classifier (60 classes, from sixty.pth)');
    await evaluate({ run, data: at('data'), protocols: linear });
    await expect(classify({ files: [file()], run })).rejects.toThrow(
      'classifier (60 classes, from sixty.pth); choose one with option classifier',
    );
  });
});

describe('results of a run', () => {
  const names = async (): Promise<string[]> =>
    Object.keys(await (await openRun(at('run'))).evaluations());

  it('have distinct names for every setting and data set', async () => {
    const run = at('run');
    const own = { run, data: at('data') };
    for (const change of [
      {},
      { selectBy: 'validation' },
      { crops: 'random-each-epoch' },
    ] as const) {
      await evaluate({ ...own, protocols: linear, change });
    }
    const { evaluation } = recipe;
    const longer = { ...evaluation, linear: { ...evaluation.linear, epochs: 2 } };
    await evaluate({ ...own, protocols: linear, evaluation: longer });
    const few = { protocol: 'semi-supervised', labels: 0.5, repeats: 1 } as const;
    const protocols = [
      ...([{ protocol: 'knn' }, { protocol: 'knn', k: 3 }, { protocol: 'knn', k: 1 }] as const),
      ...([few, { ...few, balanced: true }] as const),
    ];
    await evaluate({ ...own, protocols });
    const knn = [{ protocol: 'knn' }] as const;
    await evaluate({ run, data: at('renamed'), protocols: knn });
    await evaluate({ run, data: at('other'), protocols: knn });
    const known = [
      'epoch-0002-knn',
      'epoch-0002-knn-3',
      'epoch-0002-knn-on-my-set-xsub',
      'epoch-0002-linear',
      'epoch-0002-linear-random-each-epoch',
      'epoch-0002-linear-validation',
      'epoch-0002-semi-supervised-0.5-1-repeats',
      'epoch-0002-semi-supervised-0.5-balanced-1-repeats',
    ];
    const found = await names();
    expect(found).toEqual(expect.arrayContaining(known));
    expect(found.filter((name) => !known.includes(name))).toEqual([
      expect.stringMatching(/^epoch-0002-knn-[0-9a-f]{8}$/),
      expect.stringMatching(/^epoch-0002-linear-[0-9a-f]{8}$/),
    ]);
  });

  it('in an older format are left unchanged', async () => {
    const run = at('run');
    const path = join(run, 'evaluations', 'epoch-0002-retrieval.json');
    await writeFile(path, '{"protocol": "retrieval", "asked": "something"}');
    const options = {
      run,
      data: at('data'),
      epoch: 2,
      protocols: [{ protocol: 'retrieval' }] as const,
    };
    const [made] = await ensureEvaluations(options);
    expect(made?.name).toMatch(/^epoch-0002-retrieval-[0-9a-f]{8}$/);
    expect(await readFile(path, 'utf8')).toContain('"asked": "something"');
    const again = collectedOutput();
    expect(await ensureEvaluations({ ...options, onEvent: again.onEvent })).toEqual([made]);
    expect(again.lines).toEqual([]);
  });

  it('are recomputed if the data under the same name have changed', async () => {
    const run = at('run');
    const knn = { epoch: 2, protocols: [{ protocol: 'knn' }] as const };
    const before = await contentsOf(join(run, 'evaluations'));
    const [own] = await ensureEvaluations({ run, data: at('data'), ...knn });
    const [other] = await ensureEvaluations({ run, data: at('other'), ...knn });
    expect(own?.evaluation.identity.data.sha256).not.toEqual(
      other?.evaluation.identity.data.sha256,
    );
    const after = await contentsOf(join(run, 'evaluations'));
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after['epoch-0002-knn.json']).toBe(before['epoch-0002-knn.json']);
  });

  it('are recomputed if the manifest declares another preparation of the same arrays', async () => {
    const run = at('run');
    const knn = { epoch: 2, protocols: [{ protocol: 'knn' }] as const };
    await cp(at('data'), at('said'), { recursive: true });
    const file = at('said', 'dataset.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"emptyFrames": "filled"', '"emptyFrames": "kept"'));
    const [own] = await ensureEvaluations({ run, data: at('data'), ...knn });
    const [said] = await ensureEvaluations({ run, data: at('said'), ...knn });
    expect(said?.evaluation.identity.data.sha256).toEqual(own?.evaluation.identity.data.sha256);
    expect(said?.evaluation.identity).not.toEqual(own?.evaluation.identity);
    expect(said?.name).not.toBe(own?.name);
  });

  it('keep one classifier each', async () => {
    const path = at('run', 'classifiers', 'epoch-0002-linear-validation.safetensors');
    const { classes, of } = parseClassifier(await readFile(path), path, 8);
    expect(classes).toHaveLength(16);
    expect(of).toMatchObject({ identity: { protocol: 'linear', epoch: 2 } });
  });
});

describe('a result that cannot be saved', () => {
  it('is reported before the error', async () => {
    const run = at('unsaved');
    await cp(at('run'), run, { recursive: true });
    await rm(join(run, 'evaluations'), { recursive: true, force: true });
    await mkdir(at('elsewhere'));
    const output = collectedOutput();
    const options = { run, data: at('data'), protocols: [{ protocol: 'knn' }] } as const;
    const evaluating = evaluate({
      ...options,
      onEvent(event) {
        output.onEvent(event);
        // A link that exists from the start is rejected before anything is computed.
        if (event.kind === 'evaluation') symlinkSync(at('elsewhere'), join(run, 'evaluations'));
      },
    });
    await expect(evaluating).rejects.toThrow(/link/);
    expect(output.lines.some((line) => line.includes('knn top-1'))).toBe(true);
    expect(await readdir(at('elsewhere'))).toEqual([]);
  });
});
