import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

function firstScript(readme: string): string {
  const text = readFileSync(new URL(readme, import.meta.url), 'utf8');
  return /```ts\n([^]*?)```/.exec(text)?.[1] ?? '';
}

it('both READMEs have the same script: at most 20 lines, two imports, one package', () => {
  const script = firstScript('../README.md');
  expect(firstScript('../../../README.md')).toBe(script);
  expect(script.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  const packages = [...script.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
  expect(packages.length).toBeLessThanOrEqual(2);
  expect(new Set(packages)).toEqual(new Set(['@halp/halp/node']));
});
