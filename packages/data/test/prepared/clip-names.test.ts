import { describe, expect, it } from 'vitest';
import { type ClipFacts, formatNames, parseNames } from '../../src/prepared/clip-names.ts';

const parse = (text: string, count: number): readonly ClipFacts[] =>
  parseNames(new TextEncoder().encode(text), 'train_name.json', count);

describe('parseNames', () => {
  it('is the inverse of formatNames', () => {
    const facts = [
      { name: 'a', subject: 1, camera: 2, setup: 3 },
      { name: 'b', subject: 4, camera: 5, setup: 6 },
    ];
    expect(parse(formatNames(facts), 2)).toEqual(facts);
  });

  it('keeps only facts that are known for every clip', () => {
    const text = formatNames([
      { name: 'a', subject: 1, camera: 2 },
      { name: 'b', camera: 3 },
    ]);
    expect(text).toBe('{"name":["a","b"],"camera":[2,3]}\n');
    expect(parse(text, 2)).toEqual([
      { name: 'a', camera: 2 },
      { name: 'b', camera: 3 },
    ]);
  });

  it.each([
    ['{"name":["a"]}', 'name: expected a list of 2, got a list of 1'],
    ['{"name":["a",2]}', 'name: expected names or numbers, got 2'],
    ['{"name":["a","b"],"camera":[1]}', 'camera: expected a list of 2, got a list of 1'],
    ['{"name":["a","b"],"camera":[1,"x"]}', 'camera: expected names or numbers, got "x"'],
    ['{}', 'name: expected a list of 2, got nothing'],
  ])('refuses %s', (text, message) => {
    expect(() => parse(text, 2)).toThrow(`train_name.json: ${message}`);
  });
});
