import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { FormatError, formatSafetensors } from '@halp/files';
import { createRandom } from '@halp/random';
import {
  buildEncoder,
  minParameters,
  parseEncoderFile,
  type Recipe,
  syntheticMoco,
} from '@halp/recipes';

beforeAll(() => tf.setBackend('cpu'));

const encoders: readonly Recipe['encoder'][] = [
  { kind: 'bigru', hidden: 1, layers: 1, direction: 'stepwise' },
  { kind: 'bigru', hidden: 5, layers: 3, direction: 'bidirectional' },
  { kind: 'stgcn', width: 1, features: 1, partition: 'spatial' },
  { kind: 'stgcn', width: 8, features: 16, partition: 'uniform' },
  { kind: 'agcn', width: 4 },
  { kind: 'agcn', width: 8 },
  { kind: 'ctrgcn', width: 8 },
  { kind: 'ctrgcn', width: 16 },
  { kind: 'transformer', frames: 8, segment: 4, width: 4, depth: 1, heads: 1 },
  { kind: 'transformer', frames: 30, segment: 3, width: 8, depth: 3, heads: 2 },
];

describe('the least parameters of a recipe', () => {
  it.each(encoders)('are at most those of its encoder: %j', (encoder) => {
    for (const persons of [1, 2]) {
      const recipe = { ...syntheticMoco, encoder, data: { ...syntheticMoco.data, persons } };
      const made = buildEncoder(recipe, createRandom(0));
      const all = { ...made.params, ...made.buffers };
      const count = Object.values(all).reduce((sum, { size }) => sum + size, 0);
      made.dispose();
      expect(minParameters(recipe)).toBeLessThanOrEqual(count);
      expect(minParameters(recipe)).toBeGreaterThan(0);
    }
  });
});

describe('a small file that claims a large encoder', () => {
  const claiming = (change: Partial<Recipe>): Uint8Array => {
    const recipe = { ...syntheticMoco, ...change };
    const manifest = {
      ...{ format: 1, name: 'small', recipe, seed: 4 },
      ...{ data: {}, software: {}, machine: {}, startedAt: '2026-01-01T00:00:00Z' },
    };
    const tensors = { x: { dtype: 'float32', shape: [4], data: new Float32Array(4) } } as const;
    return formatSafetensors(tensors, {
      ...{ manifest: JSON.stringify(manifest), stream: 'joint', epoch: '1' },
    });
  };

  it.each<[string, Recipe['encoder']]>([
    ['2,000 units', { kind: 'bigru', hidden: 2000, layers: 1, direction: 'stepwise' }],
    ['12,000 units', { kind: 'bigru', hidden: 12_000, layers: 3, direction: 'stepwise' }],
    ['1e9 layers', { kind: 'bigru', hidden: 1, layers: 1e9, direction: 'stepwise' }],
    ['a width of 1e6', { kind: 'stgcn', width: 1e6, features: 256, partition: 'spatial' }],
    ['1e12 features', { kind: 'stgcn', width: 16, features: 1e12, partition: 'spatial' }],
    ['an AGCN of 1e5', { kind: 'agcn', width: 1e5 }],
    ['a CTR-GCN of 1e5', { kind: 'ctrgcn', width: 1e5 }],
    ['1e9 blocks', { kind: 'transformer', frames: 8, segment: 4, width: 4, depth: 1e9, heads: 1 }],
    [
      '1e12 frames',
      { kind: 'transformer', frames: 1e12, segment: 1, width: 4, depth: 1, heads: 1 },
    ],
  ])('of %s is refused before anything is made', (_, encoder) => {
    const bytes = claiming({ encoder });
    const before = { ...tf.memory() };
    const started = process.cpuUsage();
    expect(() => parseEncoderFile(bytes, 'claims.safetensors')).toThrow(FormatError);
    expect(() => parseEncoderFile(bytes, 'claims.safetensors')).toThrow(
      /expected the tensors of its recipe's encoder, at least \d+.* numbers, got 4/,
    );
    expect(process.cpuUsage(started).user).toBeLessThan(2e6);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
  });

  it('of 1e9 persons is refused too', () => {
    const bytes = claiming({ data: { ...syntheticMoco.data, persons: 1e9 } });
    expect(() => parseEncoderFile(bytes, 'claims.safetensors')).toThrow('got 4; missing');
  });
});
