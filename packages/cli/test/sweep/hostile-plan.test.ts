import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFolder } from '../../../runs/test/helpers.ts';
import { halp } from '../helpers.ts';

const plan = { data: 'data', out: 'runs', recipes: ['synthetic-moco'], seeds: [0] };

/** The text of a plan with some keys replaced; values are JSON text, which can express more than a JavaScript object. */
function planText(changes: Readonly<Record<string, string>>): string {
  const texts = Object.entries(plan).map(([key, value]) => [key, JSON.stringify(value)] as const);
  const all = [...new Map([...texts, ...Object.entries(changes)])];
  return `{${all.map(([key, text]) => `${JSON.stringify(key)}: ${text}`).join(', ')}}`;
}

const deep = (levels: number, inner: string): string =>
  '['.repeat(levels) + inner + ']'.repeat(levels);
const tenOfTen = Array.from({ length: 10 }, (_, i) => `"a.b${i}": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]`);

describe('an invalid plan of a sweep is one clear error, and changes nothing', () => {
  it.each<readonly [string, string, string]>([
    ['a number', '1e999', 'expected the plan of a sweep as an object'],
    ['null', 'null', 'expected the plan of a sweep as an object, got null'],
    ['a million levels', deep(1_000_000, ''), 'expected the plan of a sweep as an object'],
    ['truncated', '{"data": "x"', 'expected JSON'],
    ['not JSON, with an escape', '{"a": \u001b[2J\n}', 'expected JSON'],
    ['the key __proto__', planText({ __proto__: '{"seeds": [1]}', x: '1' }), "got 'x'"],
    ['only __proto__', '{"__proto__": {"data": "x"}}', "got '__proto__'"],
    ['the key constructor', planText({ constructor: '{}' }), "got 'constructor'"],
    ['data as a number', planText({ data: '7' }), 'expected data to be'],
    ['data as a list', planText({ data: '["a"]' }), 'expected data to be'],
    ['data under __proto__', planText({ data: '{"__proto__": "x"}' }), 'the folder of synthetic'],
    ['deeply nested data', planText({ data: deep(100_000, '') }), 'expected data to be'],
    ['out as an object', planText({ out: '{}' }), 'expected out to be a folder'],
    ['recipes as an object', planText({ recipes: '{"length": 1}' }), 'expected recipes to be'],
    [
      'the recipe __proto__',
      planText({ recipes: '["__proto__"]' }),
      "expected the name of a recipe, got '__proto__'",
    ],
    [
      'a recipe with control characters',
      planText({ recipes: String.raw`["a\n\u001b[2J"]` }),
      'expected the name of a recipe, got',
    ],
    ['a seed larger than a double', planText({ seeds: '[1e999]' }), 'expected seeds to be'],
    [
      'a seed that a double cannot represent',
      planText({ seeds: '[9007199254740993]' }),
      'expected seeds to be',
    ],
    ['a negative seed', planText({ seeds: '[-1]' }), 'expected seeds to be'],
    ['deeply nested seeds', planText({ seeds: deep(100_000, '0') }), 'expected seeds to be'],
    ['values as a list', planText({ values: '[[1]]' }), 'expected values to be'],
    ['a path through __proto__', planText({ values: '{"__proto__.x": [1]}' }), 'that can vary'],
    [
      'a path through constructor',
      planText({ values: '{"constructor.prototype.x": [1]}' }),
      'that can vary',
    ],
    [
      'a deeply nested value',
      planText({ values: `{"epochs": ${deep(100_000, '1')}}` }),
      'values to be',
    ],
    [
      'a deeply nested list',
      planText({ values: `{"schedule.milestones": [${deep(30, '1')}]}` }),
      'values to be',
    ],
    ['infinite epochs', planText({ values: '{"epochs": [1e999]}' }), 'epochs'],
    [
      '1e10 runs',
      planText({ values: `{${tenOfTen.join(', ')}}` }),
      'at most 10000 runs, got 10000000000',
    ],
    ['evaluate as a string', planText({ evaluate: '"knn"' }), 'expected evaluate to be'],
    ['evaluate __proto__', planText({ evaluate: '["__proto__"]' }), 'expected evaluate to be'],
    ['knnEvery larger than a double', planText({ knnEvery: '1e999' }), 'expected knnEvery to be'],
  ])('%s', async (_, text, message) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'plan.json'), text);
      const { status, stdout, stderr } = await halp('sweep', join(folder, 'plan.json'), '--list');
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(/^halp: .*plan\.json: .*expected /);
      expect(stderr).toContain(message);
      expect(stderr.length).toBeLessThan(4000);
      expect(stderr).not.toContain('\u001b');
      expect(stderr).not.toContain('call stack');
      expect(await readdir(folder)).toEqual(['plan.json']);
    });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});
