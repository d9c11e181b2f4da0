/**
 * Measures what each package costs whoever uses it and fails where it exceeds its budget in `budgets.json`: bytes in a
 * browser, time to import, what it installs. The README of `@halp/halp` has the same numbers as a table.
 * Needs what `npm run build` made.
 *
 * Usage: npm run budgets [-- --write]     with --write, budgets and table are made from what is measured
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { bundleEntry } from '../browser/bundle.ts';
import { type Budget, budgetFor, type Budgets, excesses, withSizes } from './budgets.ts';
import { importTime } from './import-time.ts';
import { installedBy } from './installed.ts';
import { entriesOf, type Published, publishedPackages } from './published.ts';

const BUDGETS = 'tools/packages/budgets.json';
const README = 'packages/halp/README.md';

const unit = importTime(['@tensorflow/tfjs-core']);
const measured: [string, Budget][] = [];
for (const each of publishedPackages()) {
  const cost = await measure(each);
  measured.push([each.manifest.name, cost]);
  const { browserKB, importRatio, installMB, installPackages } = cost;
  const browser = browserKB === null ? 'for Node' : `${browserKB.toFixed(1)} kB`;
  console.log(
    `${each.manifest.name}: ${browser}, import × ${importRatio.toFixed(2)}, ${installMB.toFixed(1)} MB in ${installPackages} packages`,
  );
}

if (process.argv.includes('--write')) {
  const budgets = Object.fromEntries(measured.map(([name, cost]) => [name, budgetFor(cost)]));
  writeFileSync(BUDGETS, `${JSON.stringify(budgets, null, 2)}\n`);
  writeFileSync(README, withSizes(readFileSync(README, 'utf8'), budgets));
} else {
  const budgets = JSON.parse(readFileSync(BUDGETS, 'utf8')) as Budgets;
  const problems = measured.flatMap(([name, cost]) => excesses(name, cost, budgets[name]));
  const readme = readFileSync(README, 'utf8');
  if (withSizes(readme, budgets) !== readme)
    problems.push(`${README}: expected the table of ${BUDGETS}, got another; copy it from there`);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function measure({ folder, manifest }: Published): Promise<Budget> {
  const entries = entriesOf(manifest);
  const main = entries.find(({ specifier }) => specifier === manifest.name);
  const inBrowser = main !== undefined && main.conditions.browser !== null;
  const { bytes, packages } = installedBy(folder);
  return {
    browserKB: inBrowser
      ? (await bundleEntry(manifest.name, 'browser', process.cwd())).gzipped / 1000
      : null,
    importRatio: importTime(entries.map(({ specifier }) => specifier)) / unit,
    installMB: bytes / 1e6,
    installPackages: packages,
  };
}
