import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { formatNtuSkeleton, parseNtuSkeleton, selectBodies, syntheticRecording } from '@halp/data';
import { formatExamples, parseExamples } from '@halp/live';
import { createRandom } from '@halp/random';
import { drop, type OpenPage } from './page.ts';

const READY = '.teach[data-ready]';
const part = (page: Page, name: string) => page.locator(`[data-part=${name}]`);

function synthetic(action: number, subject: number): string {
  const facts = { setup: 1, camera: 2, subject, replication: 1, action };
  return formatNtuSkeleton(syntheticRecording(facts, createRandom(0)));
}

/** Tests of the lessons of the page "Teach it your actions" that need no camera. */
export function teachLessonTests(open: OpenPage): void {
  it('takes a dropped lesson, and saves the same one', async () => {
    const examples = [
      ['wave', 3],
      ['kick', 7],
    ].flatMap(([label, action]) =>
      [1, 3].map((subject) => {
        const text = Buffer.from(synthetic(action as number, subject));
        return { label: label as string, clip: selectBodies(parseNtuSkeleton(text, 'x'), 1) };
      }),
    );
    const text = formatExamples({ name: 'lesson', layout: 'kinect-v2', fps: 30, examples });
    const { page, problems } = await open('teach.html');
    await page.waitForSelector(READY);
    await drop(page, { 'mine.json': text });
    await expect.poll(() => part(page, 'actions').textContent()).toContain('wave: 2 takes');
    expect(await part(page, 'actions').textContent()).toContain('kick: 2 takes');
    expect(await part(page, 'report').textContent()).toMatch(/\d+ % get their own label/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[data-action=save]'),
    ]);
    const saved = parseExamples(await readFile(await download.path()), 'lesson.json');
    const given = parseExamples(new TextEncoder().encode(text), 'mine.json');
    expect(saved).toEqual(given);
    await drop(page, { 'broken.json': text.slice(0, 300) });
    await expect.poll(() => part(page, 'problem').textContent()).toContain('broken.json: expected');
    expect(await part(page, 'actions').textContent()).toContain('wave: 2 takes');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('takes each movement of the stream while it is recorded', async () => {
    const { page, problems } = await open('teach.html');
    await page.waitForSelector(READY);
    await page.fill('input[name=action]', 'wave');
    await page.press('input[name=action]', 'Enter');
    await drop(page, { 'one.skeleton': synthetic(3, 1), 'two.skeleton': synthetic(3, 3) });
    await expect.poll(() => part(page, 'recordings').locator('li').count()).toBe(2);
    await page.click('[data-action=play]');
    await page.click('[data-action=movements]');
    expect(await page.getAttribute('[data-action=movements]', 'aria-pressed')).toBe('true');
    expect(await part(page, 'count').textContent()).toBe('move, and stand still');
    await expect.poll(() => page.isDisabled('[data-action=stop]')).toBe(true);
    await expect.poll(() => part(page, 'actions').textContent()).toMatch(/wave: [1-4] takes?/);
    // The end of the stream ends the recording.
    expect(await page.getAttribute('[data-action=movements]', 'aria-pressed')).toBe('false');
    expect(await part(page, 'count').textContent()).toBe('');
    expect(problems).toEqual([]);
    await page.close();
  });
}
