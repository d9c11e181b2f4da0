import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { kinectV2 } from '@halp/skeleton';
import { player } from '@halp/viewer';
import { standing } from './body.ts';

/** A browser that runs without a screen, where there is one. */
function findBrowser(): string | undefined {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** What an expression gives in a page, asked by the DevTools protocol over a pipe. */
async function evaluate(browser: string, folder: string, html: string, expression: string) {
  const path = join(folder, 'page.html');
  writeFileSync(path, html);
  const switches = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-pipe',
    '--window-size=500,800',
  ];
  const child = spawn(browser, [...switches, `--user-data-dir=${join(folder, 'profile')}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const answers = new Map<number, (answer: Message) => void>();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      // Nobody waits for a browser that is gone.
      for (const answer of answers.values()) answer({});
      resolve();
    });
  });
  input.on('error', () => undefined);
  let text = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages.map((one) => JSON.parse(one) as Message)) {
      answers.get(message.id ?? -1)?.(message);
    }
  });
  let last = 0;
  const ask = (method: string, params: object, sessionId?: string): Promise<Message> =>
    new Promise((resolve) => {
      answers.set((last += 1), resolve);
      input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
  try {
    const url = pathToFileURL(path).href;
    const { result } = await ask('Target.createTarget', { url: 'about:blank' });
    const { targetId } = result as { targetId: string };
    const attached = await ask('Target.attachToTarget', { targetId, flatten: true });
    const { sessionId } = attached.result as { sessionId: string };
    await ask('Page.navigate', { url }, sessionId);
    const options = { expression, awaitPromise: true, returnByValue: true };
    return (await ask('Runtime.evaluate', options, sessionId)).result;
  } finally {
    await ask('Browser.close', {});
    await ended;
  }
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
}

/** Uses the page as a person would, and tells what it shows. Runs in the page. */
const drive = `(async () => {
  while (document.readyState !== 'complete') await new Promise((done) => setTimeout(done, 10));
  const problems = [];
  addEventListener('error', ({ message }) => problems.push(message));
  addEventListener('securitypolicyviolation', (event) => problems.push(event.violatedDirective));
  const wait = async (frames = 3) => {
    for (let i = 0; i < frames; i++) await new Promise(requestAnimationFrame);
  };
  const find = (selector) => document.querySelector(selector);
  const canvases = [...document.querySelectorAll('canvas')];
  const picture = () => canvases.map((canvas) => canvas.toDataURL()).join();
  const press = async (key) => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    await wait();
  };
  const click = async (selector) => {
    find(selector).click();
    await wait();
  };
  const drag = async (distance) => {
    canvases[0].setPointerCapture = () => {};
    for (const [type, clientX] of [['down', 100], ['move', 100 + distance], ['up', 100 + distance]]) {
      canvases[0].dispatchEvent(new PointerEvent('pointer' + type, { pointerId: 1, clientX }));
    }
    await wait();
  };
  const report = { problems };
  await wait(12);
  report.moved = Number(find('#time').value) > 0;
  report.playing = find('#play').getAttribute('aria-label');
  await press(' ');
  report.paused = find('#play').getAttribute('aria-label');
  await press('Home');
  const first = picture();
  report.inked = canvases.map((canvas) =>
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0),
  );
  await press('.');
  await press('.');
  report.stepped = [find('#time').value, find('#readout').textContent];
  await press('Home');
  report.samePicture = picture() === first;
  await press('ArrowRight');
  report.turnedByKey = picture() !== first;
  await press('0');
  report.resetByKey = picture() === first;
  await drag(60);
  report.turnedByDrag = picture() !== first;
  await click('#reset');
  report.resetByButton = picture() === first;
  await click('#closer');
  report.zoomed = picture() !== first;
  find('#time').value = '7';
  find('#time').dispatchEvent(new Event('input'));
  await wait();
  report.scrubbed = find('#readout').textContent;
  report.wide = document.documentElement.scrollWidth > innerWidth;
  return report;
})()`;

describe('the page in a browser', () => {
  it('plays, steps, turns, zooms and resets, without an error', async (context) => {
    const browser = findBrowser();
    if (browser === undefined) return context.skip('there is no chromium');
    const folder = mkdtempSync(join(tmpdir(), 'halp-viewer-'));
    const clips = [
      { clip: standing(kinectV2, 40, 2), caption: 'two' },
      { clip: standing(kinectV2, 20), caption: 'one' },
    ];
    try {
      const found = await evaluate(browser, folder, player(clips, kinectV2), drive);
      const report = {
        problems: [],
        moved: true,
        playing: 'Pause',
        paused: 'Play',
        inked: [true, true],
        stepped: ['2', '2 / 39'],
        samePicture: true,
        turnedByKey: true,
        resetByKey: true,
        turnedByDrag: true,
        resetByButton: true,
        zoomed: true,
        scrubbed: '7 / 39',
        wide: false,
      };
      expect(found).toMatchObject({ result: { value: report } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
