import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLink, type LinkField, parseLink, problemText } from '../live/link/link-state.ts';

const fields: Readonly<Record<string, LinkField>> = {
  lambda: { kind: 'number', least: 0, most: 1, step: 0.01 },
  seed: { kind: 'number', least: 0, most: 999_999, step: 1 },
  boundary: { kind: 'choice', of: ['pairwise', 'exact'] },
  steps: { kind: 'text', check: (text) => void JSON.parse(text) },
};

describe('the fragment of a link', () => {
  it('gives back the values that it was made of, whatever characters they have', () => {
    const values = fc.record(
      {
        lambda: fc.integer({ min: 0, max: 100 }).map((i) => String(i / 100)),
        seed: fc.integer({ min: 0, max: 999_999 }).map(String),
        boundary: fc.constantFrom('pairwise', 'exact'),
        steps: fc.json({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (state) => {
        const read = parseLink(`#${formatLink(state)}`, fields);
        expect({ ...read.values }).toEqual({ ...state });
        expect(read.problems).toEqual([]);
      }),
      { seed: 1 },
    );
  });

  it('never throws, and yields only valid values, for any text', () => {
    const noise = fc.oneof(
      fc.string(),
      fc
        .array(fc.tuple(fc.constantFrom(...Object.keys(fields), '__proto__', 'x'), fc.string()))
        .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&')),
    );
    fc.assert(
      fc.property(noise, (text) => {
        const { values } = parseLink(text, fields);
        expect(parseLink(formatLink(values), fields)).toEqual({ values, problems: [] });
        for (const name of Object.keys(values)) expect(Object.keys(fields)).toContain(name);
      }),
      { seed: 2 },
    );
  });

  it('is checked value by value, and each problem is named', () => {
    const { values, problems } = parseLink(
      'lambda=7&seed=1.5&boundary=exact&old=1&steps={',
      fields,
    );
    expect(values).toEqual({ boundary: 'exact' });
    expect(problems.slice(0, 3)).toEqual([
      "lambda: expected a number from 0 to 1 in steps of 0.01, got '7'",
      "seed: expected a number from 0 to 999999 in steps of 1, got '1.5'",
      'old: unknown',
    ]);
    expect(problems).toHaveLength(4);
    expect(problemText(problems)).toMatch(
      /^Some values of this link are not valid \(lambda: .*; and 1 more\)/,
    );
    expect(problemText([])).toBe('');
  });

  it('is an anchor without values if it has no equals sign, and is rejected if it is too long', () => {
    expect(parseLink('#what-you-can-see', fields)).toEqual({ values: {}, problems: [] });
    expect(parseLink(`#steps=${'1'.repeat(20_001)}`, fields).problems).toEqual([
      'expected at most 20000 characters, got 20007',
    ]);
  });

  it('has numbers from the least to the most value, both included', () => {
    const shift: LinkField = { kind: 'number', least: -1, most: 1, step: 0.5 };
    const isValid = (value: string): boolean =>
      parseLink(`shift=${encodeURIComponent(value)}`, { shift }).problems.length === 0;
    for (const value of ['-1', '-0.5', '0', '1', '1.0']) expect(isValid(value), value).toBe(true);
    for (const value of ['-1.5', '1.5', '', ' 1', '1e0', '0x1', '+1', '.5', 'NaN', 'Infinity']) {
      expect(isValid(value), value).toBe(false);
    }
  });

  it('has no value by a name that every object has', () => {
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(parseLink(`${name}=1`, fields)).toEqual({
        values: {},
        problems: [`${name}: unknown`],
      });
    }
  });

  it('is quoted by at most 40 characters of a name or a value', () => {
    const long = 'x'.repeat(41);
    expect(parseLink(`boundary=${long}&${long}=1`, fields).problems).toEqual([
      `boundary: expected pairwise, exact, got '${'x'.repeat(40)}…'`,
      `${'x'.repeat(40)}…: unknown`,
    ]);
  });
});
