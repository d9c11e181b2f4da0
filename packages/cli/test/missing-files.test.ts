import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { importEncoder, type Recipe } from '@halp/recipes';
import { environmentOf, keptFolder } from '../../runs/test/helpers.ts';
import { tinyMoco } from '../../runs/test/tiny.ts';
import { halp, halpFromSource } from './helpers.ts';

environmentOf('HALP_BACKEND', 'cpu');
const folder = keptFolder();
const at = (name: string): string => join(folder(), name);

const broken = {
  'syntax.mts': 'export const recipe = {\n',
  'nothing.mts': 'export const other = 1;\n',
  'default.mts': 'export default { name: 1 };\n',
  'imports-gone.mts': "import { x } from './gone.mts';\nexport const recipe = x;\n",
  'throws.mts': "throw new Error('boom\\nand more');\n",
};

beforeAll(async () => {
  await mkdir(at('folder.mts'));
  for (const [name, text] of Object.entries(broken)) await writeFile(at(name), text);
  await writeFile(at('odd.json'), '{\n"a": oops\n}');
  await writeFile(at('frame.json'), JSON.stringify([Array.from({ length: 25 }, () => [1, 2, 3])]));
});

/** Expects a failure without standard output, and returns its last line, the error. */
async function refusal(
  run: (...args: readonly string[]) => ReturnType<typeof halp>,
  ...args: readonly string[]
): Promise<string> {
  const { status, stdout, stderr } = await run(...args);
  expect([status, stdout]).toEqual([1, '']);
  // Earlier lines are not part of the error, which is one line: the last.
  const line = stderr.trimEnd().split('\n').at(-1) as string;
  expect(line).toMatch(/^halp: .*expected .*, got /);
  expect(line).not.toMatch(/ENOENT|EISDIR/);
  return line;
}

describe('an unusable module is one error line with the cause and the remedy', () => {
  const wanted = (kind: string): string =>
    kind === 'recipe' ? "a module that exports 'recipe'" : "a module that exports 'table'";

  it.each([
    [
      'the recipe of pretrain',
      'recipe',
      (file: string) => ['pretrain', file, '--data', 'd', '--out'],
    ],
    ['the recipe of import', 'recipe', (file: string) => ['import', 'c.pt', '--as', file, '--out']],
    [
      'the table of reproduce',
      'table',
      (file: string) => ['reproduce', file, '--data', 'd', '--out'],
    ],
    ['the table of estimate', 'table', (file: string) => ['estimate', file]],
  ] as const)('%s', async (_, kind, command) => {
    const said = async (name: string): Promise<string> => {
      const args = command(at(name));
      return refusal(halp, ...args, ...(args.includes('--out') ? [at('out')] : []));
    };
    if (kind === 'recipe') {
      expect(await said('nope.mts')).toContain(
        `expected ${wanted(kind)}, got nothing at ${at('nope.mts')}; `,
      );
      expect(await said('folder.mts')).toContain(
        `expected ${wanted(kind)}, got the folder ${at('folder.mts')}; `,
      );
    } else expect(await said('nope.mts')).toContain('nope.mts');
    expect(await said('syntax.mts')).toContain(
      `expected ${wanted(kind)}, got an error while ${at('syntax.mts')} was imported: `,
    );
    expect(await said('throws.mts')).toContain(`was imported: boom and more`);
    expect(await said('imports-gone.mts')).toContain('gone.mts');
    expect(await said('nothing.mts')).toContain(
      `expected ${wanted(kind)}, got ${at('nothing.mts')} with other; `,
    );
    expect(await said('default.mts')).toContain('got ');
  });

  it('has the message of Node’s loader, also in a separate process', async () => {
    const args = ['pretrain', at('syntax.mts'), '--data', 'd', '--out', at('out')];
    expect(await refusal(halpFromSource, ...args)).toContain('syntax.mts was imported: ');
  });
});

describe('an unusable encoder of a module', () => {
  it('is one error line with the name of the module', async () => {
    for (const [file, part] of [
      ['nope.mts', 'nope.mts was imported: '],
      ['syntax.mts', 'syntax.mts was imported: '],
      ['throws.mts', 'throws.mts was imported: boom and more; correct the module'],
    ] as const) {
      const module = pathToFileURL(at(file)).href;
      const recipe = { ...tinyMoco, encoder: { kind: 'module', module, options: {} } } as Recipe;
      const error: unknown = await importEncoder(recipe, { modules: [module] }).catch(
        (e) => e as unknown,
      );
      expect(error).toBeInstanceOf(TypeError);
      const { message } = error as TypeError;
      expect(message).toContain(
        "importEncoder: expected a module that exports 'encoder', got an error",
      );
      expect(message).toContain(part);
      expect(message).not.toContain('\n');
    }
  });
});

describe('a missing file is one error line with the expected kind of file', () => {
  it.each<[string, (file: string) => string[]]>([
    ['a checkpoint', (file) => ['import', file, '--as', 'nw-ucla-moco', '--out', at('run')]],
    ['the plan of a sweep', (file) => ['sweep', file]],
    ['a skeleton file or a prepared data set', (file) => ['inspect', file]],
    [
      'a list of names',
      (file) => [
        ...['prepare', 'ntu60', '--raw', at('raw'), '--out', at('out'), '--missing-list', file],
      ],
    ],
    [
      'a pipeline',
      (file) => ['inspect', at('frame.json'), '--draw', at('x.svg'), '--augment', `${file}.json`],
    ],
    ['a folder of runs', (file) => ['runs', file]],
    ['a folder of runs', (file) => ['report', file, '--out', at('report.html')]],
  ])('%s', async (what, command) => {
    const line = await refusal(halp, ...command(at('nope')));
    expect(line).toContain(`nope`);
    expect(line).toContain(`expected ${what}, got nothing at that path`);
  });

  it('rejects a folder in place of a plan, and invalid JSON of a plan or a pipeline', async () => {
    expect(await refusal(halp, 'sweep', folder())).toContain(
      'expected the plan of a sweep, got a folder',
    );
    expect(await refusal(halp, 'sweep', at('odd.json'))).toContain('expected JSON, got');
    const draw = ['inspect', at('frame.json'), '--draw', at('x.svg'), '--augment'];
    expect(await refusal(halp, ...draw, at('odd.json'))).toContain('odd.json');
  });
});
