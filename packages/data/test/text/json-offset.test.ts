import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorOffset } from '../../src/text/json-offset.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('jsonErrorOffset', () => {
  it.each([
    ['', 0],
    ['{"a": !}', 6],
    ['{"a": [1', 8],
    ['{"a": [1,]}', 9],
    ['{"a" 1}', 1],
    ['{"a": 1,}', 8],
    ['[01]', 2],
    ['[1] 2', 4],
    ['[1}', 2],
    [' ["\u0001"]', 2],
    ['["\\x"]', 1],
    ['nul', 0],
  ])('stops in %j at %i', (text, offset) => {
    expect(jsonErrorOffset(text)).toBe(offset);
  });

  it('finds nothing wrong with JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 0, max: 3 }), (text, space) => {
        expect(jsonErrorOffset(text)).toBeUndefined();
        expect(jsonErrorOffset(JSON.stringify(JSON.parse(text), null, space))).toBeUndefined();
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('agrees with JSON.parse on what is JSON after a character is changed', () => {
    const change = fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...'[]{}",:0-e.\\ tn'));
    fc.assert(
      fc.property(change, ([text, place, char]) => {
        const i = place % text.length;
        const changed = text.slice(0, i) + char + text.slice(i + 1);
        expect(jsonErrorOffset(changed) === undefined).toBe(isJson(changed));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('takes deep nesting', () => {
    expect(jsonErrorOffset('['.repeat(100_000))).toBe(100_000);
  });
});
