import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { OpenPage } from './page.ts';

/** How a page reacted to a file. */
interface Taken {
  /** Its error message. */
  readonly said: string;
  /** Milliseconds from the drop to the message. */
  readonly elapsed: number;
  /** The longest interval between two ticks of a timer of the page, in milliseconds. */
  readonly longest: number;
}

/** Drops a file that is created in the page, and runs a timer in the page until it shows an error. */
function dropAndWatch(page: Page, name: string, head: string, repeated: string, bytes: number) {
  return page.evaluate(
    async ([file, first, part, size]): Promise<Taken> => {
      const problem = document.querySelector('[data-part=problem]') as HTMLElement;
      const transfer = new DataTransfer();
      const count = Math.floor((size - first.length) / part.length);
      transfer.items.add(new File([first, part.repeat(count)], file));
      let [longest, last] = [0, performance.now()];
      const ticks = setInterval(() => {
        const now = performance.now();
        [longest, last] = [Math.max(longest, now - last), now];
      }, 5);
      const started = performance.now();
      document
        .querySelector('.live')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
      while (problem.textContent === '') await new Promise((resolve) => setTimeout(resolve, 5));
      const now = performance.now();
      clearInterval(ticks);
      return {
        said: problem.textContent,
        elapsed: now - started,
        longest: Math.max(longest, now - last),
      };
    },
    [name, head, repeated, bytes] as const,
  );
}

const joints = '0.1 0.2 0.3 0 0 0 0 0 0 0 0 0\n'.repeat(25);
const pages = [
  ['clip.html', '.clip[data-ready]'],
  ['encoder.html', '.encoder[data-ready]'],
  ['teach.html', '.teach[data-ready]'],
] as const;

/** Tests of the pages that accept files. */
export function hostileFileTests(open: OpenPage): void {
  describe.each(pages)('%s', (path, ready) => {
    it('rejects 10 MB of empty frames without delay', async () => {
      const { page, problems } = await open(path);
      await page.waitForSelector(ready, { timeout: 90_000 });
      const { said, longest } = await dropAndWatch(page, 'e.skeleton', '5000000\n', '0\n', 1e7);
      expect(said).toContain('e.skeleton: expected at most 8 MiB on this page, got 9.5 MiB');
      expect(longest).toBeLessThan(1000);
      expect(problems).toEqual([]);
      await page.close();
    }, 120_000);

    it('stays responsive while it reads the largest accepted file', async () => {
      const { page } = await open(path);
      await page.waitForSelector(ready, { timeout: 90_000 });
      // A few frames above the limit: everything is read and nothing is drawn.
      const frame = `3\n${`7 0 0 0 0 0 0 0 0 0\n25\n${joints}`.repeat(3)}`;
      const file = ['large.skeleton', '3600\n', frame, 8 * 2 ** 20] as const;
      // The first file also loads the worker.
      await dropAndWatch(page, 'none.skeleton', 'x\n', '0\n', 4);
      // Reading on the main thread would block the timer for the whole time, in every attempt. Other work on the machine can
      // delay it in some.
      const shares: number[] = [];
      for (let attempt = 0; attempt < 3; attempt++) {
        await page.evaluate("document.querySelector('[data-part=problem]').textContent = ''");
        const { said, elapsed, longest } = await dropAndWatch(page, ...file);
        expect(said).toContain('large.skeleton');
        shares.push(longest / elapsed);
      }
      expect(Math.min(...shares)).toBeLessThan(0.5);
      await page.close();
    }, 120_000);

    it('stops a worker that takes too long and shows an error', async () => {
      const { page } = await open('index.html');
      // No file is known that takes forever to read, so the worker is replaced by one that never answers.
      await page.addInitScript(() => {
        const Given = globalThis.Worker;
        globalThis.Worker = class extends Given {
          constructor() {
            super(URL.createObjectURL(new Blob(['for (;;);'])));
            Object.assign(globalThis, { ended: false });
          }
          override terminate(): void {
            super.terminate();
            Object.assign(globalThis, { ended: true });
          }
        };
      });
      await page.goto(page.url().replace('index.html', path));
      await page.waitForSelector(ready, { timeout: 90_000 });
      const { said, longest } = await dropAndWatch(page, 'slow.skeleton', '1\n', '0\n', 4);
      expect(said).toBe(
        'slow.skeleton: expected a file that can be read within 10 seconds, got one that takes longer; use the halp command',
      );
      expect(longest).toBeLessThan(2000);
      expect(await page.evaluate('globalThis.ended')).toBe(true);
      await page.close();
    }, 120_000);
  });
}
