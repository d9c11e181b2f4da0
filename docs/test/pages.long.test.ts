import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNtuSkeleton, parseNtuSkeleton, syntheticRecording } from '@halp/data';
import { createRandom } from '@halp/random';
import { accessibilityTests } from './accessibility.ts';
import { encoderPageTests } from './encoder-page.ts';
import { hostileFileTests } from './hostile-files.ts';
import { livePageTests } from './live-pages.ts';
import { drop, messageOf, type OpenPage, openPage } from './page.ts';
import { type Numbers, positivesByHand } from './positives-by-hand.ts';
import { publishedEncoderTests } from './published-encoder.ts';
import { findBrowser, openSite, type Site } from './site.ts';
import { teachCameraTests } from './teach-camera.ts';
import { teachLessonTests } from './teach-lesson.ts';
import { teachPageTests } from './teach-page.ts';

const executablePath = findBrowser();
if (executablePath === undefined) {
  console.warn('docs: no Chromium found (HALP_BROWSER names one); the pages are not tested');
}

const name = { setup: 1, camera: 2, subject: 3, replication: 1, action: 7 };
const recorded = formatNtuSkeleton(syntheticRecording(name, createRandom(5)));

describe.skipIf(executablePath === undefined)('the site in a browser', () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    site = await openSite();
    browser = await chromium.launch({
      executablePath: executablePath as string,
      // WebGL without a graphics card is slow.
      args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const open: OpenPage = (path, width) => openPage(browser, site, path, width);

  it('shows every page without an error, without requests to other hosts, and not wider than a phone', async () => {
    const { page, problems } = await open('index.html');
    const wide: string[] = [];
    const descriptions = new Set<string>();
    for (const path of site.pages) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${site.address}/${path}`);
      expect(await page.locator('h1').first().textContent(), path).toBeTruthy();
      const description = await page.locator('meta[name=description]').getAttribute('content');
      expect(description?.length, path).toBeGreaterThan(20);
      descriptions.add(description ?? '');
      // Loading takes most of the time, so the page is loaded once.
      await page.setViewportSize({ width: 360, height: 740 });
      const width = await page.evaluate('document.documentElement.scrollWidth');
      if ((width as number) > 360) wide.push(`${path} ${String(width)}`);
    }
    expect(wide).toEqual([]);
    expect(descriptions.size).toBe(site.pages.length);
    expect(problems).toEqual([]);
    expect(site.pages).toContain('packages/positives.html');
    await page.close();
  });

  it('has every page of the sidebar', async () => {
    const { page, problems } = await open('get-started.html');
    const links = await page
      .locator('.VPSidebar a')
      .evaluateAll((all) => all.map((one) => new URL((one as HTMLAnchorElement).href).pathname));
    const paths = links.map((link) => (link.endsWith('/') ? `${link}index.html` : link).slice(1));
    expect(site.pages).toEqual(expect.arrayContaining(paths));
    expect(problems).toEqual([]);
    expect(links.length).toBeGreaterThan(30);
    await page.close();
  });

  describe('positives on a sphere', () => {
    const ready = '.sphere[data-ready]';
    const move = async (page: Page, slider: string, value: number): Promise<void> =>
      page.locator(`[name=${slider}]`).evaluate((input: HTMLInputElement, to) => {
        input.value = String(to);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, value);
    const numbersOf = async (page: Page): Promise<Numbers> =>
      JSON.parse((await page.locator('[data-part=numbers]').textContent()) as string) as Numbers;
    const text = async (page: Page, part: string): Promise<string> =>
      (await page.locator(`[data-part=${part}]`).textContent()) as string;

    it('shows the loss and the kept fraction that a search along every arc gives', async () => {
      const { page, problems } = await open('sphere.html');
      await page.waitForSelector(ready);
      const losses = new Set<number>();
      for (const boundary of ['pairwise', 'exact'] as const) {
        await page.locator(`[value=${boundary}]`).check();
        for (const [lambda, prototypes, anchor] of [
          [0.8, 7, 1],
          [0.3, 7, 1],
          [0.5, 15, 24],
        ] as const) {
          await move(page, 'lambda', lambda);
          await move(page, 'prototypes', prototypes);
          await move(page, 'anchor', anchor);
          const numbers = await numbersOf(page);
          const expected = positivesByHand(numbers);
          expect(numbers.boundary).toBe(boundary);
          expect(numbers.prototypes).toHaveLength(prototypes);
          expect(numbers.kept).toBeCloseTo(expected.kept, 6);
          // Sums of float32.
          expect(Math.abs(numbers.loss - expected.loss)).toBeLessThan(2e-4);
          expect(await text(page, 'loss')).toBe(numbers.loss.toFixed(3).replace('-', '−'));
          if (boundary === 'exact') expect(numbers.kept).toBe(1);
          losses.add(numbers.loss);
        }
      }
      expect(losses.size).toBe(6);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('draws the chosen number of positives and turns by keys', async () => {
      const { page } = await open('sphere.html');
      await page.waitForSelector(ready);
      const slider = page.locator('[name=count]');
      await slider.focus();
      await slider.press('ArrowRight');
      expect(await text(page, 'count')).toBe('101');
      expect((await numbersOf(page)).target).toHaveLength(101);
      const canvas = page.locator('.sphere canvas');
      const picture = (): Promise<string> =>
        canvas.evaluate(async (element: HTMLCanvasElement) => {
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return element.toDataURL();
        });
      const before = await picture();
      await canvas.press('ArrowRight');
      const turned = await picture();
      expect(turned).not.toBe(before);
      await page.locator('.VPSwitchAppearance').first().click();
      expect(await picture()).not.toBe(turned);
      await page.close();
    });
  });

  describe('a clip and its views', () => {
    const player = (page: Page) => page.frameLocator('.clip iframe');
    it('plays a dropped file and describes it', async () => {
      const { page, problems } = await open('clip.html');
      await page.waitForSelector('.clip[data-ready]');
      await drop(page, { 'S001C002P003R001A007.skeleton': recorded });
      const frames = parseNtuSkeleton(Buffer.from(recorded), 'x').frames.length;
      await expect
        .poll(() => player(page).locator('h1').textContent())
        .toContain('S001C002P003R001A007, throw');
      const facts = page.locator('[data-part=facts]');
      expect(await facts.textContent()).toContain(`${frames} frames`);
      const readout = player(page).locator('#readout');
      const seen = new Set<string>();
      await expect
        .poll(async () => seen.add((await readout.textContent()) as string).size)
        .toBeGreaterThan(2);
      // All players share the longest duration; HaLP's views have 64 frames.
      expect([...seen].at(-1)).toMatch(new RegExp(` / ${Math.max(frames, 64) - 1}$`));
      expect(await player(page).locator('figure').count()).toBe(3);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('shows the parser’s message for a corrupted file and keeps playing', async () => {
      const { page } = await open('clip.html');
      await page.waitForSelector('.clip[data-ready]');
      const lines = recorded.split('\r\n');
      lines[5] = (lines[5] as string).replace(/^\S+/, 'x1.2');
      const bad = lines.join('\r\n');
      const message = messageOf(() => parseNtuSkeleton(Buffer.from(bad), 'bad.skeleton'));
      await drop(page, { 'bad.skeleton': bad });
      const problem = page.locator('[role=alert]');
      await expect.poll(() => problem.textContent()).toBe(message);
      expect(message).toContain('line 6');
      expect(await player(page).locator('h1').textContent()).toContain('drink');
      await page.close();
    });

    it('applies the chosen steps in the chosen stream', async () => {
      const { page, problems } = await open('clip.html');
      await page.waitForSelector('.clip[data-ready]');
      await page.selectOption('[name=pipeline]', 'none');
      await page.selectOption('.editor > select', 'centre-crop');
      await page.locator('input[name=size]').fill('17');
      await expect
        .poll(() => player(page).locator('figure').nth(1).textContent())
        .toContain('17 frames');
      expect(await page.locator('[data-part=pipeline]').textContent()).toBe(
        JSON.stringify([{ kind: 'centre-crop', size: 17, ratio: 0.95 }], null, 2),
      );
      expect(await page.locator('[name=pipeline]').inputValue()).toBe('own');
      await page.locator('[value=bone]').check();
      await expect.poll(() => player(page).locator('h1').textContent()).toContain('bone stream');
      await page.locator('input[name=ratio]').fill('2');
      await expect
        .poll(() => page.locator('[role=alert]').textContent())
        .toContain('expected a ratio in (0, 1], got 2');
      expect(problems).toEqual([]);
      await page.close();
    });
  });

  describe('an encoder at work', () => {
    encoderPageTests(open);
    publishedEncoderTests(open);
  });

  describe('teach it your actions', () => {
    teachPageTests(open);
    teachLessonTests(open);
    teachCameraTests(() => site);
  });

  describe('the state of a page', () => {
    livePageTests(open);
  });

  describe('accessibility', () => {
    accessibilityTests(open);
  });

  describe('a file from anywhere', () => {
    hostileFileTests(open);
  });
});
