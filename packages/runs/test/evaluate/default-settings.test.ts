import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { clustering, fewShot, retrieval } from '@halp/protocols';
import { createRandom } from '@halp/random';
import type { ProtocolRequest } from '@halp/recipes';
import { ensureEvaluations, evaluate, pretrain } from '@halp/runs/node';
import { collectedOutput, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);
const { view } = tinyMoco.evaluation;
const episodes = { ways: 5, shots: 1, queries: 15, episodes: 600 };
const ranking = { recallAt: [1, 5, 10], resamples: 1000 };
const kMeans = { metric: 'cosine', restarts: 10, maxIterations: 100 } as const;
const cases = [
  ['few-shot', episodes, { settings: { ...episodes, episodes: 100 } }],
  ['retrieval', ranking, { recall: [{ k: 1, value: 0.5 }] }],
  [
    'clustering',
    { clusters: 'one for each label', ...kMeans },
    { settings: { clusters: 16, ...kMeans, restarts: 1 } },
  ],
] as const;

/** The saved result of a request, made now if there is none, and whether it was made. */
async function ensured(request: ProtocolRequest) {
  const output = collectedOutput();
  const options = { run: at('run'), data: at('data'), epoch: 1, protocols: [request] };
  const [found] = await ensureEvaluations({ ...options, onEvent: output.onEvent });
  if (found === undefined) throw new Error('no result');
  return { ...found, path: at('run', 'evaluations', `${found.name}.json`), isNew: output.lines[0] };
}

/** Rewrites the saved result of a protocol as an earlier version did: only the view was part of its identity. */
async function asOlder(protocol: (typeof cases)[number][0], change: object): Promise<string> {
  const { path, evaluation } = await ensured({ protocol });
  const identity = { ...evaluation.identity, settings: { view } };
  const text = JSON.stringify({ ...evaluation, ...change, identity });
  await writeFile(path, text);
  return text;
}

beforeAll(async () => {
  await startBackend();
  await prepare(planSynthetic({ performers: 4, replications: 3 }), { out: at('data') });
  await pretrain({ recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 1 });
  const protocols = cases.map(([protocol]) => ({ protocol }));
  await evaluate({ run: at('run'), data: at('data'), protocols });
});

describe('the identity of a result', () => {
  it.each(cases)('has every setting of the protocol: %s', async (protocol, settings) => {
    const { evaluation, isNew } = await ensured({ protocol });
    expect(isNew).toBeUndefined();
    expect(evaluation.identity.settings).toEqual({ view, ...settings });
  });

  it('has the settings that are the defaults of the functions', async () => {
    const labels = Int32Array.from({ length: 96 }, (_, i) => i % 6);
    const rng = createRandom(1);
    const features = { features: Float32Array.from({ length: 288 }, () => rng.normal()), labels };
    expect(fewShot(features, {}, createRandom(0))).toEqual(
      fewShot(features, episodes, createRandom(0)),
    );
    expect(await retrieval(features, features, {}, createRandom(0))).toEqual(
      await retrieval(features, features, ranking, createRandom(0)),
    );
    expect(await clustering(features, {}, createRandom(0))).toEqual(
      await clustering(features, kMeans, createRandom(0)),
    );
  });

  it('with other settings belongs to another result, under another name', async () => {
    const usual = await ensured({ protocol: 'few-shot' });
    const other = await ensured({ protocol: 'few-shot', ways: 3, shots: 2 });
    expect([usual.name, other.name]).toEqual([
      'epoch-0001-few-shot',
      'epoch-0001-few-shot-3-ways-2-shots',
    ]);
    expect(usual.isNew).toBeUndefined();
    expect(other.evaluation.settings).toMatchObject({ ways: 3, shots: 2 });
    const stated = await ensured({ protocol: 'few-shot', ways: 5, shots: 1 });
    expect([stated.name, stated.isNew]).toEqual([usual.name, undefined]);
  });

  it.each(cases)('is completed from a result of an earlier version: %s', async (protocol) => {
    const text = await asOlder(protocol, {});
    const { path, isNew } = await ensured({ protocol });
    expect(isNew).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it.each(cases)(
    'differs from an earlier result with other settings, which is kept: %s',
    async (protocol, _, other) => {
      const { name, path } = await ensured({ protocol });
      const text = await asOlder(protocol, other);
      const made = await ensured({ protocol });
      expect(made.isNew).toBeDefined();
      expect(made.name).toMatch(new RegExp(`^${name}-[0-9a-f]{8}$`));
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );
});
