import { describe, expect, it } from 'vitest';
import type { NdArray } from '@halp/files';
import { epochOf, namedAsEncoder, withCounters } from '../../src/checkpoints/checkpoint-names.ts';

const one: NdArray = { dtype: 'float32', shape: [], data: Float32Array.of(1) };
const named = (...names: readonly string[]): Record<string, NdArray> =>
  Object.fromEntries(names.map((name) => [name, one]));
const wanted = ['gru.weight_ih_l0', 'gru.bias_ih_l0', 'norm.weight'];
const given = (...names: readonly string[]): readonly string[] =>
  Object.keys(namedAsEncoder(named(...names), wanted, 'FILE').tensors);
const query = wanted.map((name) => `encoder_q.${name}`);

describe('namedAsEncoder', () => {
  it.each([
    ['', ''],
    ['module.', ''],
    ['_orig_mod.', ''],
    ['module._orig_mod.', ''],
    ['state_dict.', ''],
    ['model.', ''],
    ['model.module.', ''],
    ['', 'module.'],
    ['module.', '_orig_mod.'],
    ['net.', '_fsdp_wrapped_module.'],
  ])('maps %jencoder_q.%j to encoder_q', (before, inside) => {
    const names = wanted.map((name) => `${before}encoder_q.${inside}${name}`);
    expect(given(...names, `${before}queue`)).toEqual([...query, 'queue']);
  });

  it.each(['', 'backbone.', 'encoder.', 'model.backbone.', 'module.encoder.', '_orig_mod.module.'])(
    'uses the tensors under the prefix %j as the encoder',
    (before) => {
      expect(given(...wanted.map((name) => `${before}${name}`))).toEqual(query);
    },
  );

  it('keeps the head next to a backbone, and reports ignored tensors', () => {
    const names = [
      ...wanted.map((name) => `model.backbone.${name}`),
      'model.fc.weight',
      'decoder.w',
    ];
    const { tensors, notes } = namedAsEncoder(named(...names), wanted, 'FILE');
    expect(Object.keys(tensors)).toEqual([...query, 'encoder_q.fc.weight']);
    expect(notes).toEqual([
      'using model.backbone.* as the encoder',
      'ignored 1 tensors (decoder.w)',
    ]);
  });

  it('chooses the query network of two, and rejects two with unknown prefixes', () => {
    const both = (a: string, b: string): readonly string[] =>
      [a, b].flatMap((prefix) => wanted.map((name) => `${prefix}.${name}`));
    for (const [a, b] of [
      ['target_encoder', 'online_encoder'],
      ['encoder_k', 'query'],
      ['teacher', 'student'],
    ] as const) {
      const { notes } = namedAsEncoder(named(...both(a, b)), wanted, 'FILE');
      expect(notes[0]).toBe(`using ${b}.* as the encoder`);
    }
    expect(() => namedAsEncoder(named(...both('left', 'right')), wanted, 'FILE')).toThrow(
      'FILE: expected one encoder, got left.* and right.*; save only one of them',
    );
  });

  it('reports removed wrapper prefixes, and keeps names that would collide without them', () => {
    const { notes } = namedAsEncoder(named('module.encoder_q._orig_mod.a'), wanted, 'FILE');
    expect(notes).toEqual(['removed module, _orig_mod from names']);
    expect(given('encoder_q.a.module.w', 'encoder_q.a.w')).toEqual([
      'encoder_q.a.module.w',
      'encoder_q.a.w',
    ]);
  });
});

describe('withCounters', () => {
  it('adds zeros for missing counters, and removes counters of unknown layers', () => {
    const network = ['n.weight', 'n.num_batches_tracked'];
    const { tensors, added } = withCounters(named('n.weight', 'm.num_batches_tracked'), network);
    expect(added).toBe(1);
    expect(tensors).toEqual({
      'n.weight': one,
      'n.num_batches_tracked': { dtype: 'int64', shape: [], data: BigInt64Array.of(0n) },
    });
  });
});

describe('epochOf', () => {
  it.each([
    [7, 7],
    ['7', 7],
    [{ dtype: 'int64', shape: [], data: BigInt64Array.of(7n) }, 7],
    [{ dtype: 'float32', shape: [1], data: Float32Array.of(7) }, 7],
    [{ dtype: 'float32', shape: [1], data: Float32Array.of(7.5) }, undefined],
    [{ dtype: 'int64', shape: [2], data: BigInt64Array.of(7n, 8n) }, undefined],
    [-1, undefined],
    ['best', undefined],
    [undefined, undefined],
    [null, undefined],
  ])('accepts numbers, tensors with one element and strings of digits: case %#', (value, epoch) =>
    expect(epochOf(value)).toBe(epoch),
  );
});
