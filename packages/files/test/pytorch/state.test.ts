import { describe, expect, it } from 'vitest';
import { FormatError, type NdArray, type PickleValue, stateOf } from '@halp/files';
import { counting, outcome } from '../npy/arrays.ts';
import { PATH } from './torch-files.ts';

const w = counting('float32', [2]);
const n = counting('int64', []);
const dict = (entries: Readonly<Record<string, PickleValue>>): PickleValue =>
  new Map(Object.entries(entries));
const state = dict({ 'fc.weight': w, 'bn.num_batches_tracked': n });
const found = (checkpoint: PickleValue): readonly [Record<string, NdArray>, readonly unknown[]] => {
  const { tensors, rest } = stateOf(checkpoint, PATH);
  return [{ ...tensors }, [...rest]];
};

describe('stateOf', () => {
  it('gives the tensors of a bare state dict', () => {
    expect(found(state)).toEqual([{ 'fc.weight': w, 'bn.num_batches_tracked': n }, []]);
    expect(found(state)[0]['fc.weight']).toBe(w);
  });

  it.each(['state_dict', 'model_state_dict', 'model', 'net', 'weights'])(
    'gives those under %s, and what else there is',
    (place) => {
      expect(found(dict({ epoch: 3, [place]: state, optimizer: dict({ state: [] }) }))).toEqual([
        { 'fc.weight': w, 'bn.num_batches_tracked': n },
        [
          ['epoch', 3],
          ['optimizer', new Map([['state', []]])],
        ],
      ]);
    },
  );

  it('removes the prefixes of DataParallel and torch.compile if every name has them, and only then', () => {
    const names = (...given: readonly string[]): readonly string[] =>
      Object.keys(found(dict(Object.fromEntries(given.map((name) => [name, w]))))[0]);
    expect(names('module.a', 'module.b.c')).toEqual(['a', 'b.c']);
    expect(names('module._orig_mod.a', 'module._orig_mod.module.b')).toEqual(['a', 'module.b']);
    expect(names('module.a', 'b')).toEqual(['module.a', 'b']);
    expect(names('modules.a')).toEqual(['modules.a']);
    const prefixOf = (...given: readonly string[]): string =>
      stateOf(dict(Object.fromEntries(given.map((name) => [name, w]))), PATH).prefix;
    expect(prefixOf('module._orig_mod.a', 'module._orig_mod.b')).toBe('module._orig_mod.');
    expect(prefixOf('module.a', 'b')).toBe('');
  });

  it('returns a record that has only names of the file', () => {
    const { tensors } = stateOf(new Map<PickleValue, PickleValue>([['__proto__', w]]), PATH);
    expect(Object.keys(tensors)).toEqual(['__proto__']);
    expect('toString' in tensors).toBe(false);
  });

  it('reads a tensor named like a wrapper as a tensor', () => {
    expect(Object.keys(found(dict({ weights: w, model: n }))[0])).toEqual(['weights', 'model']);
  });

  it.each<[string, PickleValue, string]>([
    ['a tensor', w, 'expected a dict with the tensors of a model, got a tensor'],
    ['None', null, 'got None'],
    ['a list', [w], 'got a list'],
    ['a text', 'weights', 'got a text'],
    ['a set', new Set([1]), 'got a set'],
    ['bytes', new Uint8Array(1), 'got bytes'],
    ['an empty dict', new Map(), 'expected tensors by name, got an empty dict'],
    [
      'an empty state dict',
      dict({ state_dict: new Map() }),
      'state_dict: expected tensors by name, got an empty dict',
    ],
    ['no tensors', dict({ epoch: 3 }), 'expected tensors by name, got a number as "epoch"'],
    [
      'a nested dict',
      dict({ state_dict: dict({ a: w, b: dict({}) }) }),
      'state_dict: expected tensors by name, got a dict as "b"',
    ],
    [
      'two models',
      dict({ state_dict: state, model: state }),
      'expected the tensors of one model, got those of ["state_dict","model"]',
    ],
    ['numbers as names', new Map([[1, w]]), 'expected tensors by name, got a number as a name'],
    [
      'numbers as names of a state dict',
      dict({ model: new Map([[1, w]]) }),
      'got a number as a name',
    ],
  ])('refuses %s', (_, checkpoint, message) => {
    const error = outcome(() => stateOf(checkpoint, PATH)) as FormatError;
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain(message);
    expect(error.path).toBe(PATH);
  });
});
