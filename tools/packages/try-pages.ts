/**
 * Packs every package, and follows each page on a door from an empty folder outside the repository: what the page installs, its
 * files, their tests, and its commands, in the page's order. Prints the time of each part, and fails if a page takes more than ten
 * minutes. Needs what `npm run build` made, and npm's registry for the other packages.
 *
 * Usage: npm run try:pages [-- PAGE...]     PAGE as in docs/, without .md
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nameOf } from '../docs/blocks.ts';
import { isShell, shellText } from '../docs/commands.ts';
import { readDocument } from '../docs/markdown.ts';
import { environment, reachesRegistry, shell } from './in-project.ts';
import { serveTarballs } from './local-registry.ts';
import { packAll } from './pack.ts';
import { repositoryAddress } from './stage.ts';

const PAGES = ['add-an-encoder', 'add-an-objective', 'bring-a-data-set', 'add-a-protocol'];
/** Seconds. */
const LONGEST = 600;

const given = process.argv.slice(2);
const chosen = PAGES.filter((page) => given.length === 0 || given.includes(page));
const scratch = mkdtempSync(join(tmpdir(), 'halp-pages-'));
let failed = 0;
try {
  const { tarballs, problems } = packAll(scratch, repositoryAddress(process.env));
  failed += problems.length;
  for (const problem of problems) console.error(problem);
  if (reachesRegistry(scratch)) {
    const { url, close } = await serveTarballs(tarballs);
    for (const page of chosen) {
      const problem = await follow(page, url);
      if (problem === undefined) continue;
      failed++;
      console.error(`${page}: ${problem}`);
    }
    close();
  } else {
    console.log('no registry was reached: nothing is installed');
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** Follows a page; what went wrong, or undefined. */
async function follow(page: string, registry: string): Promise<string | undefined> {
  const { blocks } = readDocument(`docs/${page}.md`);
  const project = join(scratch, page);
  const bin = join(scratch, `${page}-bin`);
  mkdirSync(project);
  mkdirSync(bin);
  writeFileSync(join(project, '.npmrc'), `@halp:registry=${registry}\n`);
  // As the pages say for installed packages on Node 20.
  const program = 'node_modules/@halp/cli/dist/main.js';
  writeFileSync(join(bin, 'halp'), `#!/bin/sh\nexec npx tsx ${program} "$@"\n`);
  chmodSync(join(bin, 'halp'), 0o755);
  const env = { ...environment(), PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const files = blocks.flatMap((block) => {
    const name = nameOf(block);
    return name === undefined ? [] : [[name, block.text] as const];
  });
  // "In a clone (with installed packages, without …)".
  const commands = blocks
    .filter(isShell)
    .map((block) => shellText(block).replaceAll(' --conditions=@halp/source', ''));
  const installs = commands.filter((text) => text.includes('npm install'));
  const others = commands.filter((text) => !text.includes('npm install'));
  const hasTests = files.some(([name]) => name.endsWith('.test.ts'));
  const steps = [
    ['install', installs.join('\n')],
    ['test', hasTests ? 'npx vitest run' : ''],
    ['commands', others.join('\n')],
  ] as const;
  const did: string[] = [];
  const began = performance.now();
  const seconds = (since: number): number => (performance.now() - since) / 1000;
  for (const [name, text] of steps) {
    if (text === '') continue;
    if (name === 'test' || (name === 'commands' && !hasTests)) {
      for (const [file, content] of files) writeFileSync(join(project, file), content);
    }
    const started = performance.now();
    const { status, output } = await shell(`set -e\n${text}`, project, env);
    if (status !== 0) return `${name} failed (${status}):\n${output.slice(-3000)}`;
    did.push(`${name} ${seconds(started).toFixed(0)} s`);
  }
  const total = seconds(began);
  console.log(`docs/${page}.md: ${did.join(', ')}; ${total.toFixed(0)} s from an empty folder`);
  rmSync(project, { recursive: true, force: true });
  return total > LONGEST ? `expected at most ${LONGEST} s, got ${total.toFixed(0)} s` : undefined;
}
