/**
 * Runs every check in turn. A failed check does not stop the others, so one run shows all failures.
 * Usage: npm run check [-- --skip STEP]...
 */
import { spawnSync } from 'node:child_process';

const STEPS = [
  ['format', 'npm run -s format:check'],
  ['types', 'npm run -s typecheck'],
  ['lint', 'npm run -s lint'],
  ['graph', 'npm run -s graph'],
  ['unused', 'npm run -s knip'],
  ['test', 'npm test -s'],
  ['long', 'npm test -s -- --long-only'],
  ['build', 'npm run -s build'],
  ['packages', 'npm run -s lint:packages'],
  ['browser', 'npm run -s browser'],
  ['budgets', 'npm run -s budgets'],
  ['try', 'npm run -s try:packages'],
  ['docs', 'npm run -s docs'],
  ['documents', 'npm run -s docs:check'],
] as const;

const skipped = process.argv.flatMap((argument, i, all) =>
  all[i - 1] === '--skip' ? [argument] : [],
);
const failed: string[] = [];

for (const [name, command] of STEPS) {
  if (skipped.includes(name)) continue;
  console.log(`\n── ${name}: ${command}`);
  const started = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`── ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (status !== 0) failed.push(name);
}

console.log(failed.length === 0 ? '\nall checks passed' : `\nfailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
