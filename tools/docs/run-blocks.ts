import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nameOf } from './blocks.ts';
import { isShell, shellText } from './commands.ts';
import type { Block, MarkdownDocument } from './markdown.ts';

/** The blocks to run and the others. */
export interface RunPlan {
  /** Blocks to run. */
  readonly runnable: readonly Runnable[];
  /** Location of each block that is not run, with the reason. */
  readonly left: readonly string[];
  /** Location of each block that is not run and gives no reason. */
  readonly problems: readonly string[];
}

/** A block to run: a module or shell commands. */
interface Runnable {
  readonly place: string;
  readonly kind: 'ts' | 'sh';
  readonly text: string;
  /** The files that the document defines, by name. */
  readonly files: readonly (readonly [name: string, text: string])[];
}

/** Time limit per block, in milliseconds. */
const LONGEST = 300_000;

/** Splits the blocks of documents into those to run and the others. */
export function planRuns(documents: readonly MarkdownDocument[]): RunPlan {
  const plans = documents.map(planDocument);
  return {
    runnable: plans.flatMap(({ runnable }) => runnable),
    left: plans.flatMap(({ left }) => left),
    problems: plans.flatMap(({ problems }) => problems),
  };
}

/**
 * Runs blocks, two at a time, each in an empty folder with the files that its document defines. `@halp/*` resolves to
 * the sources and `halp` is a command.
 *
 * @returns Location of each block that failed, with the end of its output.
 */
export async function runAll(
  runnable: readonly Runnable[],
  output: (line: string) => void,
): Promise<readonly string[]> {
  const failures: string[] = [];
  const waiting = [...runnable];
  const runNext = async (): Promise<void> => {
    const next = waiting.shift();
    if (next === undefined) return;
    const began = performance.now();
    const failure = await run(next);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    output(`${next.place}: ${failure === undefined ? 'ran' : 'FAILED'} (${seconds} s)`);
    if (failure !== undefined) failures.push(`${next.place}: ${failure}`);
    await runNext();
  };
  await Promise.all([runNext(), runNext()]);
  return failures;
}

function planDocument({ path, blocks }: MarkdownDocument): RunPlan {
  const runnable: Runnable[] = [];
  const left: string[] = [];
  const problems: string[] = [];
  const files = namedFiles(blocks);
  for (const block of blocks) {
    const { mark, text, language } = block;
    const place = `${path}:${block.line}`;
    const isModule = language === 'ts' && mark !== 'fragment';
    if (!isModule && !isShell(block)) continue;
    const before = runnable.at(-1);
    if (mark.startsWith('needs ')) left.push(`${place}: ${mark}`);
    else if (nameOf(block) !== undefined) left.push(`${place}: a file for the others`);
    else if (isShell(block) && mark === 'run')
      runnable.push({ place, kind: 'sh', text: shellText(block), files });
    else if (isShell(block)) problems.push(`${place}: expected "sh run" or "sh needs …"`);
    else if (mark === 'continued' && before?.kind === 'ts')
      runnable.splice(-1, 1, { ...before, text: `${before.text}\n${text}` });
    else runnable.push({ place, kind: 'ts', text, files });
  }
  return { runnable, left, problems };
}

function namedFiles(blocks: readonly Block[]): Runnable['files'] {
  return blocks.flatMap((block) => {
    const name = nameOf(block);
    return name === undefined ? [] : [[name, block.text] as const];
  });
}

/** The error, or undefined. */
async function run({ kind, text, files }: Runnable): Promise<string | undefined> {
  // Below the repository, so that `@halp/*` resolves as in a user's project.
  mkdirSync('.nx', { recursive: true });
  const folder = mkdtempSync(resolve('.nx/docs-'));
  try {
    const own = join(folder, 'own');
    mkdirSync(own);
    for (const [name, content] of files) writeFileSync(join(own, name), content);
    const node = `"${process.execPath}" --conditions=@halp/source --import tsx`;
    const program = resolve('packages/cli/src/main.ts');
    const halp = `#!/bin/sh\nexec ${node} "${program}" "$@"\n`;
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/halp'), halp, { mode: 0o755 });
    writeFileSync(join(own, 'block.ts'), kind === 'ts' ? text : '');
    const command = kind === 'ts' ? `${node} block.ts` : text;
    return await inShell(command, own, `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inShell(command: string, cwd: string, path: string): Promise<string | undefined> {
  const env = { ...process.env, PATH: path };
  const child = spawn('sh', ['-e', '-c', command], { cwd, env, timeout: LONGEST });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (words += text));
  }
  const [status, signal] = await new Promise<[number | null, string | null]>((done) =>
    child.once('exit', (...ends) => done(ends)),
  );
  if (status === 0) return undefined;
  return `${signal ?? `exit status ${status}`}\n${words.slice(-2000)}`;
}
