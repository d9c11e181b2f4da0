import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { recipeDifferences, type RunManifest } from '@halp/train';
import { parseManifest } from '../../src/run/manifest.ts';
import { manifest } from './manifests.ts';

const PATH = 'run/manifest.json';

describe('parseManifest', () => {
  it('round-trips a manifest with any recipe', () => {
    const branched: RunManifest = { ...manifest, branchedFrom: { run: '../moco', epoch: 150 } };
    for (const each of [manifest, branched]) {
      expect(parseManifest(JSON.stringify(each), PATH)).toEqual(each);
    }
  });

  it.each(['', '{', 'null', '[]', '3', '{"format":2}', '{"format":"1"}'])('rejects %s', (text) => {
    expect(() => parseManifest(text, PATH)).toThrow(FormatError);
    expect(() => parseManifest(text, PATH)).toThrow(/^run\/manifest\.json: expected .*, got /);
  });

  it.each(['name', 'recipe', 'seed', 'data', 'software', 'machine', 'startedAt'])(
    'rejects a manifest without %s, and names the field',
    (field) => {
      const text = JSON.stringify({ ...manifest, [field]: undefined });
      expect(() => parseManifest(text, PATH)).toThrow(`expected a valid ${field}, got none`);
    },
  );
});

describe('recipeDifferences', () => {
  it('is empty for equal recipes, also in another order and without fields that JSON omits', () => {
    const recipe = { a: [1, { b: 2 }], c: 'x', d: null, e: 0.1 };
    expect(recipeDifferences(recipe, structuredClone(recipe))).toEqual([]);
    expect(recipeDifferences({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
    expect(recipeDifferences({ a: 1, b: undefined }, { a: 1 })).toEqual([]);
    expect(recipeDifferences({ step: new URL('file:///a') }, { step: 'file:///a' })).toEqual([]);
  });

  it.each([
    [{ a: { b: 1 } }, { a: { b: 2 } }, ['recipe.a.b: 1 !== 2']],
    [{ a: 1 }, { a: 1, b: 'x' }, ['recipe.b: absent !== "x"']],
    [{ a: 1, b: 'x' }, { a: 1 }, ['recipe.b: "x" !== absent']],
    [{ a: [1, 2] }, { a: [1, 3, 4] }, ['recipe.a.1: 2 !== 3', 'recipe.a.2: absent !== 4']],
    [{ a: [] }, { a: {} }, ['recipe.a: [] !== {}']],
    [{ a: null }, {}, ['recipe.a: null !== absent']],
    [{ a: '1' }, { a: 1 }, ['recipe.a: "1" !== 1']],
    [
      { a: new URL('file:///a') },
      { a: new URL('file:///b') },
      ['recipe.a: "file:///a" !== "file:///b"'],
    ],
    [{}, { constructor: 1 }, ['recipe.constructor: absent !== 1']],
    [1, undefined, ['recipe: 1 !== absent']],
  ])('of %j and %j names each path', (a, b, expected) => {
    expect(recipeDifferences(a, b)).toEqual(expected);
  });
});
