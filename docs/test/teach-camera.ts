import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExamples } from '@halp/live';
import { mediapipe33 } from '@halp/skeleton';
import { figure, painted, y4m } from './figure.ts';
import { drop, openPage } from './page.ts';
import { findBrowser, type Site } from './site.ts';

const models = fileURLToPath(new URL('../public/pose/blazepose-lite.bin', import.meta.url));
const READY = '.teach[data-ready]';
const [WIDTH, HEIGHT] = [320, 240];
/** Drawing more frames in software takes the time of finding poses. */
const FPS = 10;
/** Seconds of a movement, and of the rest after it. */
const [MOVING, RESTING] = [1.5, 1.5];

const part = (page: Page, name: string) => page.locator(`[data-part=${name}]`);
const textOf = async (page: Page, name: string): Promise<string> =>
  (await part(page, name).textContent()) as string;

/** A person who raises the right arm sideways and lowers it, and rests; again and again. */
function arms(): Buffer {
  const pictures = Array.from({ length: (MOVING + RESTING) * FPS }, (_, i) => {
    const phase = Math.min(1, i / FPS / MOVING);
    const raised = 1.3 * (1 - Math.cos(2 * Math.PI * phase));
    const pose = {
      hips: [0.666, 0.53],
      shoulders: [0.15 + raised, 0.2],
      elbows: [0.1, 0.1],
    } as const;
    return painted(figure(pose), WIDTH, HEIGHT);
  });
  return y4m(pictures, [WIDTH, HEIGHT], FPS);
}

/** Two persons, or nobody. */
function still(...places: readonly number[]): Buffer {
  const parts = places.map((x) =>
    figure({ hips: [x, 0.53], shoulders: [0.2, 0.2], elbows: [0.1, 0.1] }),
  );
  const picture = painted(parts.flat(), WIDTH, HEIGHT);
  return y4m([picture, picture], [WIDTH, HEIGHT], FPS);
}

/** Tests of the camera of the page "Teach it your actions", with films that are drawn here. */
export function teachCameraTests(site: () => Site): void {
  const fake = '--use-fake-device-for-media-stream';
  const isThere = existsSync(models);
  if (!isThere) console.warn(`docs: no ${models} (npm run docs:pose); no camera is tested`);
  let folder: string;
  const browsers: Browser[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halp-camera-'));
  });
  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await rm(folder, { recursive: true });
  });

  /** Opens the page in a browser of its own and presses the button of the camera. */
  async function pressed(flags: readonly string[]) {
    const executablePath = findBrowser() as string;
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...flags] });
    browsers.push(browser);
    const opened = await openPage(browser, site(), 'teach.html');
    await opened.page.waitForSelector(READY);
    await opened.page.click('[data-action=camera]');
    return opened;
  }
  async function filmed(film: Buffer) {
    const file = join(folder, `${browsers.length}.y4m`);
    await writeFile(file, film);
    return pressed([
      fake,
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${file}`,
    ]);
  }

  describe('the camera', () => {
    it('says in one line that there is none', async () => {
      const { page, problems } = await pressed(['--use-fake-ui-for-media-stream']);
      await expect.poll(() => textOf(page, 'problem')).toContain('No camera was found');
      expect(await page.isDisabled('[data-action=camera]')).toBe(false);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('says in one line that it was refused', async () => {
      const { page, problems } = await pressed([fake, '--deny-permission-prompts']);
      await expect.poll(() => textOf(page, 'problem')).toContain('The camera was refused');
      expect(problems).toEqual([]);
      await page.close();
    });

    it('records takes of a drawn person after countdowns, and recognises them', async (context) => {
      if (!isThere) context.skip(`there is no ${models}`);
      const { page, problems } = await filmed(arms());
      await expect.poll(() => textOf(page, 'status')).toMatch(/One person .* poses a second|slow/);
      await page.fill('input[name=action]', 'raise');
      await page.press('input[name=action]', 'Enter');
      await page.selectOption('[name=seconds]', '3');
      await page.click('[data-action=record]');
      await expect.poll(() => textOf(page, 'count')).toMatch(/^[321]$/);
      await expect.poll(() => textOf(page, 'count')).toBe('now: take 1 of 3');
      await expect.poll(() => textOf(page, 'actions')).toContain('raise: 3 takes');
      expect(await textOf(page, 'count')).toBe('');
      // Movements of the same film are recognised by them.
      await page.uncheck('[name=unknown]');
      await expect.poll(() => textOf(page, 'label')).toBe('raise');
      await expect
        .poll(() => textOf(page, 'nearest'))
        .toMatch(/Nearest: take \d \(raise\), cosine 0\.\d/);
      expect(await textOf(page, 'facts')).toMatch(/\d+ ms/);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.click('[data-action=save]'),
      ]);
      const lesson = parseExamples(await readFile(await download.path()), 'lesson.json');
      expect(lesson.layout).toBe('mediapipe-33');
      expect(lesson.examples.map(({ label }) => label)).toEqual(['raise', 'raise', 'raise']);
      for (const { clip } of lesson.examples) {
        const [, T, V] = clip.shape;
        expect(T).toBeGreaterThan(80);
        const heights = (name: string): number[] => {
          const v = mediapipe33.joints.indexOf(name);
          return Array.from({ length: T }, (_, t) => clip.data[(T + t) * V + v] as number);
        };
        const [wrist, shoulder, other] = ['right wrist', 'right shoulder', 'left wrist'].map(
          heights,
        );
        // Metres, y up: the right wrist rises over the shoulder and sinks below it; the left one stays down.
        const above = (wrist as number[]).map((y, t) => y - (shoulder?.[t] as number));
        expect(Math.max(...above)).toBeGreaterThan(0.15);
        expect(Math.min(...above)).toBeLessThan(-0.3);
        expect(Math.max(...(other as number[]))).toBeLessThan(0.15);
      }
      await page.click('[data-action=stop]');
      await expect.poll(() => page.isDisabled('[data-action=camera]')).toBe(false);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('says that nobody, or two persons, are in view', async (context) => {
      if (!isThere) context.skip(`there is no ${models}`);
      const nobody = await filmed(still());
      await expect.poll(() => textOf(nobody.page, 'status')).toContain('Nobody is in view');
      await nobody.page.close();
      const two = await filmed(still(0.35, 1));
      await expect.poll(() => textOf(two.page, 'status')).toContain('2 persons are in view');
      expect([...nobody.problems, ...two.problems]).toEqual([]);
      await two.page.close();
    });

    it('says while the tab is in the background that nothing is recognised', async (context) => {
      if (!isThere) context.skip(`there is no ${models}`);
      const { page, problems } = await filmed(arms());
      await expect.poll(() => textOf(page, 'status')).toContain('One person is in view');
      await setHidden(page, true);
      await expect.poll(() => textOf(page, 'status')).toContain('The tab is in the background');
      await setHidden(page, false);
      await expect.poll(() => textOf(page, 'status')).toContain('One person is in view');
      expect(problems).toEqual([]);
      await page.close();
    });
  });

  describe('a dropped video', () => {
    it('is watched as a camera is, and ends', async (context) => {
      if (!isThere) context.skip(`there is no ${models}`);
      const { page, problems } = await filmed(arms());
      await expect.poll(() => textOf(page, 'status')).toContain('One person is in view');
      await page.click('[data-action=stop]');
      await drop(page, { 'arms.webm': Buffer.from(await recordedCamera(page), 'base64') });
      await expect.poll(() => textOf(page, 'status')).toContain('One person is in view');
      await expect.poll(() => page.isDisabled('[data-action=camera]')).toBe(false);
      expect(await textOf(page, 'problem')).toBe('');
      expect(problems).toEqual([]);
      await page.close();
    });

    it('that is none is refused in one line', async () => {
      const { page } = await pressed(['--use-fake-ui-for-media-stream']);
      await drop(page, { 'arms.mp4': 'not a film' });
      await expect
        .poll(() => textOf(page, 'problem'))
        .toBe('arms.mp4: expected a video that this browser can play, got another one');
      await page.close();
    });
  });

  describe('a dropped pose model', () => {
    it('finds poses in place of that of the page; without its weights it is refused', async (context) => {
      if (!isThere) context.skip(`there is no ${models}`);
      const { page, problems } = await filmed(arms());
      await expect.poll(() => textOf(page, 'status')).toContain('One person is in view');
      const graph = await readFile(models.replace('.bin', '.json'));
      await drop(page, { 'mine.json': graph });
      await expect
        .poll(() => textOf(page, 'problem'))
        .toContain('expected the weights of this model, mine.bin, got none; drop both');
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await drop(page, { 'mine.json': graph, 'mine.bin': await readFile(models) });
      await expect.poll(() => page.isDisabled('[data-action=camera]')).toBe(false);
      await page.click('[data-action=camera]');
      await expect.poll(() => textOf(page, 'status')).toContain('One person is in view');
      expect(asked.filter((url) => url.includes('blazepose-lite'))).toEqual([]);
      expect(problems).toEqual([]);
      await page.close();
    });
  });
}

/** Makes a page believe that its tab is in the background. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

/** Three seconds of the camera as a WebM file, in base64. */
function recordedCamera(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const recorder = new MediaRecorder(stream, { mimeType: 'video/webm' });
    const parts: Blob[] = [];
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
    recorder.start();
    await new Promise((resolve) => setTimeout(resolve, 3000));
    recorder.stop();
    await stopped;
    for (const track of stream.getTracks()) track.stop();
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
}
