/**
 * Runs tests from source: first makes the native backend available if it can be, then vitest. Arguments go to vitest;
 * `npm test -- packages/nn` runs one package.
 *
 * Without a flag it runs the short lane, every test file but those that end in `.long.test.ts`; `--long` runs all of them
 * and `--long-only` those alone. With `--many-cases` readers meet 100,000 damaged files instead of some hundred or
 * thousand, and what is killed and goes on is killed 200 times, which takes hours.
 *
 * Says what was skipped and why; where `CI` is set, a test that was skipped although this machine could run it is a failure.
 * Ends with the line `N passed, N failed, N skipped` from vitest's own counts, which are also left in .nx/tests.json, those
 * of the long lane alone in .nx/tests-long.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { processOutput } from '@halp/cli';
import { ensureNative } from '@halp/cli';
import { findBrowser } from '../../docs/test/site.ts';
import { testRun } from './lanes.ts';
import {
  avoidableSkips,
  hasPath,
  SKIPPED,
  skippedLines,
  type SkippedTest,
} from './skipped-tests.ts';

const { args, env, counts } = testRun(process.argv.slice(2), process.env);

const native = await ensureNative(processOutput(false));
mkdirSync('.nx', { recursive: true });
rmSync(counts, { force: true });
rmSync(SKIPPED, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${counts}`],
    '--reporter=./tools/tests/skipped-tests.ts',
    ...args,
  ],
  { stdio: 'inherit', env },
);
// With a pattern of names all others are skipped, which says nothing.
const avoidable = args.some((arg) => /^(-t|--testNamePattern)/.test(arg)) ? 0 : reportSkips();
console.log(countsLine());
process.exitCode = avoidable > 0 && process.env['CI'] !== undefined ? 1 : (status ?? 1);

/** Says what was skipped; how many of it this machine could have run. */
function reportSkips(): number {
  const skipped = JSON.parse(readFileSync(SKIPPED, 'utf8')) as SkippedTest[];
  for (const line of skippedLines(skipped)) console.log(line);
  const found = avoidableSkips(skipped, {
    chromium: findBrowser() !== undefined,
    tensorflow: native,
    has: hasPath,
  });
  for (const { file, name } of found) {
    console.log(`skipped although this machine could run it: ${file}: ${name}`);
  }
  return found.length;
}

function countsLine(): string {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(counts, 'utf8'),
  ) as Record<string, number>;
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
}
