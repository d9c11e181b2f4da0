import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type NdArray, type PickleValue, stateOf } from '@halp/files';
import { fixturePath, golden } from '@halp/testing';
import { pickle } from '../pickle/pickle-bytes.ts';
import { decodeBase64 } from '../reference.ts';
import { stored, zip } from '../zip/zip-writer.ts';
import {
  asMap,
  asReference,
  inWords,
  PATH,
  readTorch,
  refusal,
  six,
  torchFixtures,
} from './torch-files.ts';

describe('files of torch.save', () => {
  it.each(torchFixtures.files)('are read: $format, protocol $protocol', ({ base64 }) => {
    const value = asMap(readTorch(decodeBase64(base64)));
    expect([...value.keys()]).toEqual(Object.keys(torchFixtures.tensors));
    for (const [name, expected] of Object.entries(torchFixtures.tensors)) {
      expect([name, asReference(value.get(name) as NdArray)]).toEqual([name, inWords(expected)]);
    }
  });

  it('are read if their types have no storage class', () => {
    const { tensors, base64 } = torchFixtures.unsigned;
    const value = asMap(readTorch(decodeBase64(base64)));
    for (const [name, expected] of Object.entries(tensors)) {
      expect(asReference(value.get(name) as NdArray)).toEqual(expected);
    }
  });

  it.each(['zip', 'legacy'] as const)('are read with plain data in them: %s', (format) => {
    expect(readTorch(decodeBase64(torchFixtures.plain[format]))).toEqual(
      new Map<unknown, unknown>([
        ...Object.entries({ epoch: 450, lr: 0.01, arch: 'moco', none: null }),
        ...Object.entries({ flags: [true, false], size: [2, 3], device: 'cuda:1' }),
        ...Object.entries({ dtype: 'torch.float16', numpy: [87.25, 7] }),
        ['counter', new Map(Object.entries({ a: 2, b: 1 }))],
        ['ordered', new Map(Object.entries({ b: 1, a: 2 }))],
        ['large', 2n ** 62n],
        [3, [new Map([[4, []]])]],
      ]),
    );
  });

  it('are read without checksums', () => {
    const array = readTorch(decodeBase64(torchFixtures.unchecked)) as NdArray;
    expect([...array.data]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each(['zip', 'legacy'] as const)('are read with an optimizer in them: %s', (format) => {
    const { tensors, momentum, [format]: base64 } = torchFixtures.checkpoint;
    const state = stateOf(readTorch(decodeBase64(base64)), PATH);
    const got = Object.entries(state.tensors).map(([name, array]) => [name, asReference(array)]);
    const expected = Object.entries(tensors).map(([name, array]) => [name, inWords(array)]);
    expect(got).toEqual(expected);
    expect([...state.rest.keys()]).toEqual(['epoch', 'optimizer']);
    const optimizer = asMap(state.rest.get('optimizer'));
    const buffers = [...asMap(optimizer.get('state')).values()].map(
      (entry) => asMap(entry).get('momentum_buffer') as NdArray,
    );
    expect(buffers.map(asReference)).toEqual(momentum.map(inWords));
  });

  it.each<[string, RegExp]>([
    [
      'module',
      /got torch\.nn\.modules\.linear\.Linear, which is not executed; save the state_dict/,
    ],
    ['complex', /got torch\.ComplexFloatStorage, which is not executed/],
    ['sparse', /got torch\._utils\._rebuild_sparse_tensor, which is not executed/],
    ['float8', /got torch\.float8_e4m3fn, which is not executed/],
    ['conjugated', /expected a tensor that is not conjugated or negated/],
    ['quantised', /got torch\._utils\._rebuild_qtensor, which is not executed/],
    ['script', /got a TorchScript module; save its state_dict/],
  ])('are refused with a reason where they hold what is no plain tensor: %s', (name, message) => {
    expect(refusal(decodeBase64(torchFixtures.refused[name] as string))).toMatch(message);
  });
});

describe('the checkpoint of HaLP', () => {
  const { arrays } = golden('checkpoint');
  const numbers = Object.entries(arrays).filter(([name]) => name.startsWith('state__'));

  it.each(['checkpoint_0010', 'checkpoint_0010_legacy'])('%s has the expected contents', (name) => {
    const bytes = gunzipSync(readFileSync(fixturePath(`checkpoint/${name}.pth.tar.gz`)));
    const { tensors, rest } = stateOf(readTorch(bytes), PATH);
    expect(Object.keys(tensors)).toHaveLength(69);
    expect(numbers).toHaveLength(69);
    for (const [key, { dtype, data }] of numbers) {
      const array = tensors[key.slice('state__'.length).replaceAll('__', '.')];
      expect([key, array?.dtype, array?.data]).toEqual([key, dtype, data]);
    }
    expect(rest.get('epoch')).toBe(11);
    const { state, param_groups } = Object.fromEntries(asMap(rest.get('optimizer'))) as Record<
      string,
      PickleValue
    >;
    expect(asMap(state).size).toBe(30);
    const [group] = param_groups as readonly PickleValue[];
    expect(asMap(group).get('momentum')).toBe(0.9);
  });
});

describe('official checkpoints of another laboratory', () => {
  const beside = fileURLToPath(new URL('../../../../../shared', import.meta.url));
  const folder = join(process.env['HALP_SHARED'] ?? beside, 'checkpoints/actclr');

  it('are read: 179 tensors with 841,729 numbers each', (context) => {
    if (!existsSync(folder)) context.skip(`there is no ${folder}`);
    const names = readdirSync(folder).filter((name) => name.endsWith('.pt'));
    expect(names).toHaveLength(2);
    for (const name of names) {
      const { tensors } = stateOf(readTorch(readFileSync(join(folder, name))), PATH);
      const arrays = Object.values(tensors);
      const integers = arrays.filter(({ dtype }) => dtype === 'int64');
      expect([arrays.length, integers.length]).toEqual([179, 24]);
      const count = arrays.reduce((sum, { data }) => sum + data.length, 0);
      expect(count).toBe(841_729);
    }
  });
});

describe('a file that is not from torch.save', () => {
  it.each<[string, Uint8Array, string]>([
    [
      'nothing',
      new Uint8Array(0),
      '(byte 0): expected a file of torch.save, got 0 bytes that begin as neither',
    ],
    ['another pickle', pickle('N'), 'got 4 bytes that begin as neither of its formats'],
    [
      'a tar archive',
      Uint8Array.from({ length: 512 }, (_, i) => 'ustar'.charCodeAt(i - 257) || 0),
      'got a tar archive, perhaps of PyTorch before 0.2',
    ],
    [
      'another archive',
      zip([stored('x.npy', six)]),
      'expected one data.pkl in the archive, got ["x.npy"]',
    ],
  ])('is refused: %s', (_, bytes, message) => {
    expect(refusal(bytes)).toContain(message);
  });
});
