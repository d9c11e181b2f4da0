/**
 * Draws docs/public/card.png, the picture of shared links, from the picture of the README. Needs Chromium.
 * Usage: npm run docs:card
 */
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../docs/test/site.ts';

const executablePath = findBrowser();
if (executablePath === undefined)
  throw new Error('expected Chromium, got none (HALP_BROWSER names one)');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({
  viewport: { width: 1200, height: 630 },
  reducedMotion: 'reduce',
});
const picture = readFileSync('docs/public/picture-light.svg', 'utf8');
await page.setContent(
  `<body style="margin:0;background:#fff;display:grid;place-items:center;height:630px"><div style="width:1160px">${picture}</div></body>`,
);
await page.screenshot({ path: 'docs/public/card.png' });
await browser.close();
console.log('docs/public/card.png');
