import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { exampleTests, folder, parts } from './examples.ts';

it('every objective has a file', async () => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
  expect(files.sort()).toEqual(Object.keys(parts).map((name) => `${name}.ts`));
});

// One of each kind: a queue, labels, and features compared with each other.
exampleTests(['halp', 'supcon', 'vicreg']);
