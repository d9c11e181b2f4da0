import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { formatNtuSkeleton, syntheticRecording } from '@halp/data';
import { createRandom } from '@halp/random';
import { drop, type OpenPage } from './page.ts';

const facts = { setup: 1, camera: 2, subject: 3, replication: 1, action: 7 };
const recorded = formatNtuSkeleton(syntheticRecording(facts, createRandom(5)));
const READY = '.live[data-ready]';
const text = async (page: Page, part: string): Promise<string> =>
  (await page.locator(`[data-part=${part}]`).textContent()) as string;

/** Copies the link by its button, and yields it. */
async function copied(page: Page): Promise<string> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.click('[data-action=copy-link]');
  await expect.poll(() => text(page, 'link')).toContain('The link is copied.');
  return page.evaluate(() => navigator.clipboard.readText());
}

async function setRange(page: Page, name: string, value: string): Promise<void> {
  await page.locator(`[name=${name}]`).fill(value);
}

/** Tests of the links to the pages in a state, and of values that a user can type. */
export function livePageTests(open: OpenPage): void {
  const reopened = async (link: string) => {
    const opened = await open(link.replace(/^.*\//, ''));
    await opened.page.waitForSelector(READY);
    return opened;
  };

  it('a link opens the sphere in the same state', async () => {
    const { page, problems } = await open('sphere.html');
    await page.waitForSelector(READY);
    await setRange(page, 'lambda', '0.31');
    await setRange(page, 'anchor', '12');
    await page.check('[value=exact]');
    await page.click('[data-action=again]');
    const link = await copied(page);
    const other = await reopened(link);
    expect(await text(other.page, 'numbers')).toBe(await text(page, 'numbers'));
    expect(await text(other.page, 'lambda')).toBe('0.31');
    expect(await text(other.page, 'link-problem')).toBe('');
    // Another link in the same tab.
    await other.page.evaluate("location.hash = 'lambda=0.5'");
    await expect.poll(() => text(other.page, 'lambda')).toBe('0.50');
    expect(await other.page.locator('[value=pairwise]').isChecked()).toBe(true);
    expect([...problems, ...other.problems]).toEqual([]);
    await other.page.close();
    await page.close();
  });

  it('a broken or old link is named in one line, and the defaults are shown', async () => {
    const plain = await open('sphere.html');
    await plain.page.waitForSelector(READY);
    const { page, problems } = await open('sphere.html#lambda=7&radius=3&anchor=%E0%A4%A');
    await page.waitForSelector(READY);
    expect(await text(page, 'link-problem')).toMatch(
      /^Some values of this link are not valid \(lambda: expected a number from 0 to 1.*radius: unknown.*default values/,
    );
    expect(await text(page, 'numbers')).toBe(await text(plain.page, 'numbers'));
    expect(problems.filter((each) => !each.includes('URI malformed'))).toEqual([]);
    await page.close();
    await plain.page.close();
  });

  it('a link opens a clip with its own steps, and runs no code that it names', async () => {
    const { page, problems } = await open('clip.html');
    await page.waitForSelector(READY);
    await page.selectOption('[name=action]', '3');
    await page.uncheck('[name=normalised]');
    await page.check('[value=motion]');
    await page.selectOption('[name=pipeline]', 'none');
    await page.selectOption('.editor > select', 'centre-crop');
    await page.locator('input[name=size]').fill('17');
    const other = await reopened(await copied(page));
    await expect
      .poll(() => other.page.frameLocator('iframe').locator('figure').nth(1).textContent())
      .toContain('17 frames');
    await expect.poll(() => text(page, 'pipeline')).toContain('17');
    expect(await text(other.page, 'pipeline')).toBe(await text(page, 'pipeline'));
    expect(await text(other.page, 'facts')).toBe(await text(page, 'facts'));
    expect(await other.page.locator('[value=motion]').isChecked()).toBe(true);
    const code = 'data:text/javascript,globalThis.halpStrangerRan=true';
    const steps = JSON.stringify([{ kind: 'module', module: code }]);
    const stranger = await open(`clip.html#pipeline=own&steps=${encodeURIComponent(steps)}`);
    await stranger.page.waitForSelector(READY);
    expect(await text(stranger.page, 'link-problem')).toContain('steps: module: expected a step');
    expect(await stranger.page.locator('[name=pipeline]').inputValue()).toBe('halp');
    expect(await stranger.page.evaluate('globalThis.halpStrangerRan')).toBeUndefined();
    expect([...problems, ...other.problems, ...stranger.problems]).toEqual([]);
    for (const each of [page, other.page, stranger.page]) await each.close();
  });

  it('a link of the page of the encoder has the clip, the frames and the backend, but no file', async () => {
    const { page, problems } = await open('encoder.html#action=4&camera=3&step=11&backend=webgl');
    await page.waitForSelector(READY);
    expect(await page.locator('[name=backend]:checked').inputValue()).toBe('webgl');
    const numbers = await text(page, 'numbers');
    expect(numbers).toContain('S001C003P002R001A004');
    expect(await text(page, 'seen')).toMatch(/^\d+ of \d+ frames$/);
    expect(await page.locator('[name=step]').inputValue()).toBe('11');
    const files = { 'S001C002P003R001A007.skeleton': recorded };
    await drop(page, files);
    await expect.poll(() => text(page, 'numbers')).toContain('P003');
    expect(await copied(page)).toContain('#action=4&subject=2&camera=3&step=11&backend=webgl');
    expect(await text(page, 'link')).toContain('The file S001C002P003R001A007, throw is not in it');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('says the maximum of a number that is too large, and stays responsive', async () => {
    const { page, problems } = await open('clip.html');
    await page.waitForSelector(READY);
    const began = Date.now();
    await page.locator('input[name=size]').first().fill('50000');
    await expect
      .poll(() => text(page, 'problem'))
      .toContain('expected a size of at most 10000 frames, got 50000');
    await page.locator('input[name=size]').first().fill('5000');
    await expect
      .poll(() => text(page, 'problem'))
      .toBe('crop-resize: expected size of at most 3600 on this page, got 5000');
    expect(Date.now() - began).toBeLessThan(10_000);
    await page.locator('input[name=size]').first().fill('64');
    await expect.poll(() => text(page, 'problem')).toBe('');
    await page.locator('input[name=seed]').fill('1e9');
    await expect
      .poll(() => text(page, 'problem'))
      .toBe('expected a seed from 0 to 999999, got 1e9');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('the default anchor of the sphere behaves as the text of the page says', async () => {
    const { page } = await open('sphere.html');
    await page.waitForSelector(READY);
    const values: { loss: number; kept: number }[] = [];
    for (const lambda of ['0', '0.2', '0.4', '0.6', '0.8', '1']) {
      await setRange(page, 'lambda', lambda);
      values.push(JSON.parse(await text(page, 'numbers')) as { loss: number; kept: number });
    }
    // With a lower λ the loss is larger; some positives are rejected.
    const losses = values.map(({ loss }) => loss);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    for (const { kept } of values) expect(kept).toBeLessThan(1);
    await page.close();
  });

  it('a file dropped on the sphere does nothing', async () => {
    const { page, problems } = await open('sphere.html');
    await page.waitForSelector(READY);
    for (const target of ['h1', '.sphere canvas', 'body']) {
      const prevented = await page.evaluate((selector) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'x.skeleton'));
        return ['dragover', 'drop'].map((name) => {
          const event = new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
          return !(document.querySelector(selector) as HTMLElement).dispatchEvent(event);
        });
      }, target);
      // A browser opens a file unless both are prevented.
      expect(prevented, target).toEqual([true, true]);
    }
    expect(problems).toEqual([]);
    await page.close();
  });

  it.each(['csv', 'json'])(
    'plays a .%s file of another layout, with controls for it',
    async (kind) => {
      const { page, problems } = await open('clip.html');
      await page.waitForSelector(READY);
      await page.selectOption('[name=pipeline]', 'aimclr-evaluation');
      const frame = (t: number) =>
        Array.from({ length: 33 }, (_, v) => [0.1 * v + 0.02 * t, v / 20, 2]);
      const frames = Array.from({ length: 40 }, (_, t) => frame(t));
      const content =
        kind === 'json'
          ? JSON.stringify(frames.map((each) => [each, each]))
          : frames.map((each) => each.flat().join(',')).join('\n');
      await drop(page, { [`own.${kind}`]: content });
      const persons = kind === 'json' ? 2 : 1;
      await expect
        .poll(() => text(page, 'facts'))
        .toContain(`own: 40 frames, 33 joints (mediapipe-33), at most ${persons} bod`);
      expect(await text(page, 'problem')).toBe('');
      expect(await text(page, 'file')).toBe('own');
      expect(await page.locator('[name=action]').isVisible()).toBe(false);
      expect(await text(page, 'pipeline')).toContain('mediapipe-33');
      await page.selectOption('.editor > select', 'joint-corruption');
      expect(await page.locator('input[name=joints]').getAttribute('max')).toBe('33');
      await page.click('[data-action=synthetic]');
      await expect.poll(() => text(page, 'facts')).toContain('25 joints (kinect-v2)');
      expect(await page.locator('[name=action]').isVisible()).toBe(true);
      await expect.poll(() => text(page, 'pipeline')).toContain('kinect-v2');
      expect(await page.locator('input[name=joints]').getAttribute('max')).toBe('25');
      expect(problems).toEqual([]);
      await page.close();
    },
  );
}
