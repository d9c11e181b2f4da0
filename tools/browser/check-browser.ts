/**
 * Bundles each entry of each package alone for browsers, from what `npm run build` made. An entry is for browsers unless
 * its `exports` say `"browser": null`: then no module of Node may be reached from it and Chromium, where there is one, loads it;
 * or else it must reach one. The README says how large the main entry is, to 5 %.
 *
 * Usage: npm run browser [-- --write]     with --write, the READMEs get the sizes
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '../../docs/test/site.ts';
import { entriesOf, type Published, publishedPackages } from '../packages/published.ts';
import { bundleEntry } from './bundle.ts';
import { loadInBrowser, startBrowser } from './load.ts';
import { type BrowserFacts, problemOfLine, withLine } from './readme-line.ts';

const write = process.argv.includes('--write');
const problems: string[] = [];
const chromium = findBrowser();
if (chromium === undefined)
  console.log('no Chromium found (HALP_BROWSER names one): none is loaded');
const browser = chromium === undefined ? undefined : await startBrowser(chromium);

for (const each of publishedPackages()) {
  const facts = await check(each);
  const path = join(each.folder, 'README.md');
  const readme = readFileSync(path, 'utf8');
  if (write) writeFileSync(path, withLine(readme, facts));
  else {
    const problem = problemOfLine(readme, facts);
    if (problem !== undefined) problems.push(`${path}: ${problem}; npm run browser -- --write`);
  }
}
await browser?.close();
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

async function check({ manifest }: Published): Promise<BrowserFacts> {
  let main: Pick<BrowserFacts, 'size' | 'usesTensorFlow'> = { usesTensorFlow: false };
  const needNode: string[] = [];
  for (const { specifier, conditions } of entriesOf(manifest)) {
    const platform = conditions.browser === null ? 'node' : 'browser';
    try {
      const { nodeChains, usesTensorFlow, ...size } = await bundleEntry(
        specifier,
        platform,
        process.cwd(),
      );
      switch (platform) {
        case 'browser':
          console.log(`${specifier}: ${size.gzipped} bytes gzipped`);
          problems.push(...nodeChains.map((chain) => `${specifier}: not for browsers: ${chain}`));
          if (browser !== undefined && nodeChains.length === 0) {
            const objections = await loadInBrowser(specifier, process.cwd(), browser);
            problems.push(...objections.map((each) => `${specifier}: in Chromium: ${each}`));
          }
          if (specifier === manifest.name) main = { size, usesTensorFlow };
          break;
        case 'node':
          console.log(`${specifier}: needs Node`);
          if (nodeChains.length === 0) problems.push(`${specifier}: "browser": null without need`);
          if (specifier !== manifest.name) needNode.push(specifier);
      }
    } catch (error) {
      problems.push(`${specifier}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { ...main, needNode };
}
