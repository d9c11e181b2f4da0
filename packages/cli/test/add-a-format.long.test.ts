/** Follows docs/guides/add-a-format.md literally in a copy of the sources of @halp/data: one folder, one line. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { kinectV2 } from '@halp/skeleton';
import { keptFolder } from '../../runs/test/helpers.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/guides/add-a-format.md'), 'utf8');
const folder = keptFolder();
const at = (...names: readonly string[]): string => join(folder(), ...names);

/** The code of the only block in a language. */
function blockOf(language: string): string {
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}[^\\n]*\\n(.*?)\`\`\``, 'gs'))];
  expect(blocks).toHaveLength(1);
  return blocks[0]?.[1] as string;
}

/** A text with a diff of one file applied. */
function patched(text: string, diff: string): string {
  const body = diff
    .split('\n')
    .filter((line) => /^[ +-]/.test(line) && !/^(---|\+\+\+)/.test(line));
  const side = (sign: string): string =>
    body
      .filter((line) => line[0] === ' ' || line[0] === sign)
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  expect(text.split(side('-'))).toHaveLength(2);
  return text.replace(side('-'), side('+'));
}

/** The output of the script: all that each command printed, and the results in code. */
interface Said {
  readonly help: string;
  readonly prepared: string;
  readonly refused: string;
  readonly inspected: string;
  readonly inCode: unknown;
}

const script = `
  import { createProgram } from '@halp/cli';
  import { dataSetNamed, openDataset, prepare, readRawClips } from '@halp/data/node';
  const [raw, out] = process.argv.slice(-2);
  const { stdout, stderr } = process;
  const halp = async (...args) => {
    let text = '';
    const written = [stdout.write, stderr.write];
    stdout.write = stderr.write = (chunk) => (text += chunk) !== '';
    const program = createProgram();
    for (const command of [program, ...program.commands]) command.exitOverride();
    try {
      await program.parseAsync(args, { from: 'user' });
    } catch (error) {
      if (!('exitCode' in error)) throw error;
    } finally {
      [stdout.write, stderr.write] = written;
    }
    return text;
  };
  const command = ['--raw', raw, '--workers', '1', '--test-subject', '3'];
  const help = await halp('prepare', '--help');
  const prepared = await halp('prepare', 'hand-signs', '--out', out + '/by-command', ...command);
  const refused = await halp('prepare', 'own', '--out', out + '/own', ...command);
  const inspected = await halp('inspect', raw + '/hello_p1_1.signs');
  const { skipped } = await prepare('hand-signs', { raw, out: out + '/in-code', workers: 1 });
  const test = await openDataset(out + '/in-code', { part: 'test' });
  const { name, subject, clip } = await test.get(0);
  await test.close();
  const { format, clips } = await readRawClips(raw + '/thanks_p3_1.signs');
  const { classes, title } = dataSetNamed('hand-signs');
  const inCode = [skipped.length, name, subject, clip.shape, format, clips[0].name, classes, title];
  console.log(JSON.stringify({ help, prepared, refused, inspected, inCode }));
  process.exitCode = 0;`;
let said: Said;

beforeAll(async () => {
  const copy = at('packages/data');
  cpSync(join(root, 'packages/data/src'), join(copy, 'src'), { recursive: true });
  cpSync(join(root, 'packages/data/package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), at('node_modules'));
  const record = blockOf('ts');
  const place = /^\/\/ \.\.\/\.\.\/(packages\/data\/src\/formats\/[^/]+\/record\.ts)$/m.exec(
    record,
  );
  mkdirSync(dirname(at(place?.[1] as string)), { recursive: true });
  writeFileSync(at(place?.[1] as string), record);
  const diff = blockOf('diff');
  const list = /^\+\+\+ b\/(packages\/data\/src\/formats\/list\.ts)$/m.exec(diff)?.[1] as string;
  writeFileSync(at(list), patched(readFileSync(at(list), 'utf8'), diff));
  const entries = { '@halp/data': 'index', '@halp/data/node': 'node', '@halp/data/check': 'check' };
  const urls = Object.entries(entries).map(([specifier, file]) => [
    specifier,
    pathToFileURL(join(copy, 'src', `${file}.ts`)).href,
  ]);
  const hook = `const urls = new Map(${JSON.stringify(urls)});
    export const resolve = (specifier, context, next) => next(urls.get(specifier) ?? specifier, context);`;
  const hookUrl = `data:text/javascript,${encodeURIComponent(hook)}`;
  writeFileSync(
    at('hook.mjs'),
    `import { register } from 'node:module';\nregister('${hookUrl}');\n`,
  );
  mkdirSync(at('raw'));
  for (const [i, name] of ['hello_p1_1', 'thanks_p1_1', 'hello_p2_1', 'thanks_p3_1'].entries()) {
    const frame = kinectV2.joints.flatMap((_, v) => [v / 10, Math.sin(v + i), 2]).join(' ');
    writeFileSync(at('raw', `${name}.signs`), `${frame}\n${frame}\n`);
  }
  writeFileSync(at('raw', 'wave_p1_1.signs'), '1 2 3\n');
  writeFileSync(at('raw', 'hello_p1_2.signs'), '1 2 3\n');
  writeFileSync(at('use.mjs'), script);
  const flags = ['--conditions=@halp/source', '--import', 'tsx', '--import', at('hook.mjs')];
  const args = [...flags, at('use.mjs'), at('raw'), at('out')];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  said = JSON.parse(stdout) as Said;
});

describe('the guide on adding a data set to halp', () => {
  it('changes one line of one file, and adds one folder', () => {
    const diff = blockOf('diff');
    expect(diff.match(/^[+-](?![+-])/gm)).toEqual(['+']);
    expect(page.match(/packages\/data\/src\/formats\/[\w-]+\/record\.ts/g)).not.toHaveLength(0);
  });

  it('prepares the data set with the command, which lists it and its option', () => {
    const help = said.help.replaceAll(/\s+/g, ' ');
    expect(help).toContain('"hand-signs"');
    expect(help).toContain(
      '--test-subject <n> Hand signs: performer of the test part (default: 2)',
    );
    expect(said.prepared).toContain('hand-signs, 2 classes, xsub 3 train / 1 test');
    expect(said.prepared).toContain('wave_p1_1.signs: expected a name like hello_p1_2');
    expect(said.prepared).toContain('hello_p1_2.signs: line 1: expected 75 numbers, got 1 2 3');
    expect(said.refused).toContain(
      'prepare own: expected --test-subject for hand-signs only, got 3',
    );
    expect(said.inspected).toContain('Hand signs');
  });

  it('prepares, opens, reads and lists it in code', () => {
    expect(said.inCode).toEqual([
      ...[2, 'hello_p2_1', 2, [3, 2, 25, 1]],
      ...['Hand signs', 'thanks_p3_1', ['hello', 'thanks'], 'Hand signs'],
    ]);
  });
});
