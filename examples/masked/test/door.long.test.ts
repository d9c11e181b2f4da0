import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { type Recipe, syntheticMoco } from '@halp/recipes';
import { evaluate, exportRun, loadEncoder, pretrain } from '@halp/runs/node';

const folder = mkdtempSync(join(tmpdir(), 'masked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, 'data');

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
});

const small = (name: 'mamp' | 'distillation', options: object): Recipe => ({
  ...syntheticMoco,
  name,
  encoder: { kind: 'transformer', frames: 24, segment: 4, width: 8, depth: 2, heads: 2 },
  head: { hidden: 8, outputs: 8 },
  batchSize: 16,
  epochs: 2,
  optimizer: { kind: 'adamW', weightDecay: 0.05, decayOn: 'weights' },
  schedule: { kind: 'constant', rate: 1e-3 },
  objective: {
    kind: 'module',
    module: fileURLToPath(new URL(`../${name}.ts`, import.meta.url)),
    options: { ...options },
  },
});

describe.each([
  ['mamp', { decoderWidth: 8, decoderHeads: 2 }],
  ['distillation', { averagedBlocks: 1 }],
] as const)('%s as a module of a recipe', (name, options) => {
  const recipe = small(name, options);
  const at = (run: string): string => join(folder, `${name}-${run}`);

  it('trains, and a resumed run has the bytes of an uninterrupted one', async () => {
    await pretrain({ recipe, data, out: at('whole') });
    await pretrain({ recipe, data, out: at('resumed'), epochs: 1 });
    await pretrain({ recipe, data, out: at('resumed'), resume: true });
    const checkpoint = 'checkpoints/last.safetensors';
    const [whole, resumed] = await Promise.all(
      ['whole', 'resumed'].map((run) => readFile(join(at(run), checkpoint))),
    );
    expect(resumed?.equals(whole as Buffer)).toBe(true);
  });

  it('is evaluated, loaded and exported without its module', async () => {
    const [knn] = await evaluate({ run: at('whole'), data, protocols: [{ protocol: 'knn' }] });
    expect(knn).toMatchObject({ protocol: 'knn', recipe: name, epoch: 2 });
    const model = await loadEncoder(at('whole'));
    expect(model.featureSize).toBe(8);
    model.dispose();
    await exportRun({ run: at('whole'), out: join(folder, `${name}.onnx`), format: 'onnx' });
  });
});
