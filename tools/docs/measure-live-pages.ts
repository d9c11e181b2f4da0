/**
 * Prints the size of the JavaScript of each page that runs, and the time until its first answer on WebAssembly, as a table.
 * Needs Chromium, see `findBrowser`. `--runs N`: visits of each page, each with an empty cache. Default: 5.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { findBrowser, openSite } from '../../docs/test/site.ts';

/** An expression that is true once a page has its first answer. */
const answers: Readonly<Record<string, string>> = {
  sphere: "document.querySelector('[data-part=loss]')?.textContent !== '–'",
  clip: "document.querySelector('[data-part=facts]')?.textContent !== ''",
  encoder: "document.querySelector('[data-part=classes] li') !== null",
  teach: "document.querySelector('.teach[data-ready]') !== null",
};

/** One visit of a page: gzipped bytes of its JavaScript, and milliseconds from the navigation to the answer. */
async function visit(browser: Browser, address: string, answer: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    if (/\.js$/.test(new URL(response.url()).pathname))
      scripts.set(response.url(), response.body());
  });
  await page.goto(address, { waitUntil: 'commit' });
  await page.waitForFunction(answer, undefined, { timeout: 300_000 });
  const milliseconds = await page.evaluate<number>('performance.now()');
  await page.waitForSelector('.live[data-ready]', { timeout: 300_000 });
  const bodies = await Promise.all(scripts.values());
  const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  await context.close();
  return { bytes, milliseconds };
}

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const executablePath = findBrowser();
if (executablePath === undefined)
  throw new Error('expected Chromium, got none; name it by HALP_BROWSER');
const site = await openSite();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  console.log('| page | JavaScript, gzipped | first answer, median | fastest |');
  console.log('| --- | ---: | ---: | ---: |');
  for (const [name, answer] of Object.entries(answers)) {
    const times: number[] = [];
    let size = 0;
    for (let run = 0; run < Number(values.runs); run++) {
      const { bytes, milliseconds } = await visit(browser, `${site.address}/${name}.html`, answer);
      times.push(milliseconds);
      size = bytes;
    }
    times.sort((a, b) => a - b);
    const [median, fastest] = [times[times.length >> 1] as number, times[0] as number];
    console.log(
      `| ${name} | ${Math.round(size / 1000)} kB | ${median.toFixed(0)} ms | ${fastest.toFixed(0)} ms |`,
    );
  }
  console.log(`Load of the machine in the last minute: ${(loadavg()[0] as number).toFixed(1)}`);
} finally {
  await browser.close();
  await site.close();
}
