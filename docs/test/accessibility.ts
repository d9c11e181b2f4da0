import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect, it } from 'vitest';
import type { OpenPage } from './page.ts';

const pages = ['sphere', 'clip', 'encoder', 'teach'] as const;

/** Tests of the pages that run, with the rules of axe-core and on a phone. */
export function accessibilityTests(open: OpenPage): void {
  it.each(pages)('%s has no serious finding of axe, light or dark', async (name) => {
    const axe = await readFile(
      createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
      'utf8',
    );
    const { page } = await open(`${name}.html`);
    await page.waitForSelector('.live[data-ready]');
    await page.evaluate(axe);
    for (const isDark of [false, true]) {
      await page.evaluate((on) => document.documentElement.classList.toggle('dark', on), isDark);
      const { violations, passes } = await page.evaluate<AxeResults>(
        "axe.run(document.querySelector('.live'), { iframes: false })",
      );
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
      expect(serious, isDark ? 'dark' : 'light').toEqual([]);
      expect(passes.length).toBeGreaterThan(10);
    }
    await page.close();
  });

  it.each(pages)('nothing on %s scrolls inside of the page on a phone', async (name) => {
    const { page } = await open(`${name}.html`, 390);
    await page.waitForSelector('.live[data-ready]');
    const parts = await page.locator('.live *').evaluateAll((all) =>
      all
        .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1)
        .filter((each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowY))
        .map(({ tagName, className }) => `${tagName} ${className}`),
    );
    expect(parts).toEqual([]);
    for (const frame of page.frames().slice(1)) {
      await frame.waitForSelector('canvas');
      const room = 'document.documentElement.scrollHeight - innerHeight';
      expect(await frame.evaluate(room), name).toBeLessThanOrEqual(0);
      expect(await frame.locator('canvas[tabindex="0"]').count()).toBe(1);
    }
    await page.close();
  });

  it('each result is announced once: no list is a live region', async () => {
    for (const name of pages) {
      const { page } = await open(`${name}.html`);
      await page.waitForSelector('.live[data-ready]');
      const lists = page.locator(':is([aria-live=polite], [role=status]) :is(ol, ul, dl, li)');
      expect(await lists.count(), name).toBe(0);
      expect(await page.locator(':is(ol, ul, dl)[aria-live]').count(), name).toBe(0);
      if (name === 'encoder') {
        await expect
          .poll(() => page.locator('[data-part=spoken]').textContent())
          .toMatch(/after \d+ frames\. Linear classifier: .* %\. Nearest clips: .* %\./);
      }
      await page.close();
    }
  });
}
