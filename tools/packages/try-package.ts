import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { environment, shell } from './in-project.ts';
import { entriesOf, type Published } from './published.ts';
import { readmeExample } from './readme-example.ts';
import { typeErrors } from './type-errors.ts';

/** How a package fared in a project of its own. */
export interface Trial {
  /** What went wrong; empty if all is well. */
  readonly problems: readonly string[];
  /** What was done, with its time, and what was left out. */
  readonly did: readonly string[];
}

/** The one command that fetches what may not be there. */
const NATIVE = 'npx @halp/tfjs-native install';
/**
 * Does in an empty folder what the README of a package says first: its commands, then its code, as TypeScript compiled at its
 * strictest and as JavaScript run by Node; and imports every entry.
 */
export async function tryPackage(
  { folder, manifest }: Published,
  project: string,
  registry: string,
): Promise<Trial> {
  const { commands, code, notInstalled } = readmeExample(join(folder, 'README.md'), manifest.name);
  const problems = notInstalled.map(
    (name) => `README.md: the example imports ${name}, not installed`,
  );
  const did: string[] = [];
  const run = async (what: string, command: string): Promise<boolean> => {
    const started = performance.now();
    const { status, output } = await shell(command, project, environment());
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (status === 0) did.push(`${what} ${seconds} s`);
    else problems.push(`${what} failed (${status}): ${command}\n${output.slice(-2000)}`);
    return status === 0;
  };

  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(project, '.npmrc'), `@halp:registry=${registry}\n`);
  const installs = commands.some((command) => command.startsWith('npm install '));
  if (!installs && !(await run('install', `npm install ${manifest.name}`)))
    return { problems, did };
  let runs = true;
  for (const command of commands) {
    if (command === NATIVE && !(await isNativeAtHand(project))) {
      did.push(`left out: ${command} would have to fetch or lacks something`);
      runs &&= manifest.name !== '@halp/tfjs-native';
    } else {
      const what = command.startsWith('npm install ') ? 'install' : command;
      if (!(await run(what, command))) return { problems, did };
    }
  }

  const entries = entriesOf(manifest);
  const importing = (specifiers: readonly string[]): string =>
    specifiers.map((each, i) => `import * as e${i} from '${each}';\nvoid e${i};\n`).join('');
  const forBrowsers = entries.filter(({ conditions }) => conditions.browser !== null);
  const files = {
    'example.ts': code,
    'example.mjs': javascript(code),
    'entries.ts': importing(entries.map(({ specifier }) => specifier)),
    'entries.mjs': importing(entries.map(({ specifier }) => specifier)),
    'browser.ts': importing(forBrowsers.map(({ specifier }) => specifier)),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  await run('import', 'node entries.mjs');
  if (runs) await run('example', 'node example.mjs');
  const started = performance.now();
  problems.push(
    ...typeErrors(project, 'nodenext', { files: ['example.ts', 'entries.ts'], node: true }),
    ...typeErrors(project, 'bundler', { files: ['browser.ts'], node: false }),
  );
  did.push(`types ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return { problems, did };

  /** Whether TensorFlow's library has been fetched before and nothing is in the way. */
  async function isNativeAtHand(cwd: string): Promise<boolean> {
    const { output } = await shell(`${NATIVE} --check --json`, cwd, environment());
    const status = /^\{.*\}$/m.exec(output)?.[0];
    if (status === undefined) return false;
    const { obstacles, todo } = JSON.parse(status) as Record<'obstacles' | 'todo', unknown[]>;
    return obstacles.length === 0 && !todo.some((each) => /fetch|download/.test(String(each)));
  }
}

function javascript(code: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}
