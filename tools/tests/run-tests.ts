/**
 * Runs the tests from source. Installs the native backend first if possible, then starts vitest with the remaining
 * arguments: `npm test -- packages/nn` runs one package.
 *
 * The default is the short lane: every test file except `*.long.test.ts`. `--long` runs all files, `--long-only` only
 * `*.long.test.ts`. `--many-cases` gives each reader 100,000 damaged files instead of 500 to 20,000 and kills and
 * resumes each long operation 200 times, which takes hours.
 *
 * Lists skipped tests with their reasons. Where `CI` is set, skipping a test that this machine could run is a failure.
 * Ends with the line `N passed, N failed, N skipped` from vitest's own counts. They are also written to .nx/tests.json,
 * those of `--long-only` to .nx/tests-long.json.
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
// With a name pattern all other tests count as skipped, so there is nothing to report.
const avoidable = args.some((arg) => /^(-t|--testNamePattern)/.test(arg)) ? 0 : reportSkips();
console.log(countsLine());
process.exitCode = avoidable > 0 && process.env['CI'] !== undefined ? 1 : (status ?? 1);

/** Prints the skipped tests and returns how many of them this machine could have run. */
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
