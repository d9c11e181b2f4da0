/**
 * Runs all tests from source: first makes the native backend available if it can be, then vitest.
 * Arguments go to vitest; `npm test -- packages/nn` runs one package. With `--long` readers meet 100,000 damaged files
 * instead of 2,000, and what is killed and goes on is killed 200 times. Ends with the line
 * `N passed, N failed, N skipped` from vitest's own counts, which are also left in .nx/tests.json.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ensureNative, processOutput } from '@halp/cli';

const COUNTS = '.nx/tests.json';

const args = process.argv.slice(2).filter((arg) => arg !== '--long');
if (args.length < process.argv.length - 2) {
  process.env['HALP_FUZZ_CASES'] ??= '100000';
  process.env['HALP_KILLS'] ??= '200';
}

await ensureNative(processOutput(false));
mkdirSync('.nx', { recursive: true });
rmSync(COUNTS, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${COUNTS}`],
    ...args,
  ],
  { stdio: 'inherit' },
);
console.log(countsLine());
process.exitCode = status ?? 1;

function countsLine(): string {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(COUNTS, 'utf8'),
  ) as Record<string, number>;
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
}
