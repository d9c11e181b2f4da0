import '@tensorflow/tfjs-backend-cpu';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { ntuClasses } from '@halp/data';
import { drop, type OpenPage } from './page.ts';
import { expectedMovements, type Movement, type Recorded } from './teach-expected.ts';
import { synthetic } from './teach-recordings.ts';

const READY = '.teach[data-ready]';
/** Float32 in another order, through the inverse of a matrix. */
const TOLERANCE = 1e-3;
const samples = fileURLToPath(new URL('../../../shared/datasets/ntu-samples/', import.meta.url));

const part = (page: Page, name: string) => page.locator(`[data-part=${name}]`);
const movementsOf = async (page: Page): Promise<readonly Movement[]> =>
  JSON.parse((await part(page, 'numbers').textContent()) as string) as Movement[];

function recorded(name: string): Recorded {
  const label = ntuClasses[Number(/A(\d+)/.exec(name)?.[1]) - 1] as string;
  return { name, label, text: readFileSync(`${samples}${name}`) };
}

async function dropRecordings(page: Page, recordings: readonly Recorded[]): Promise<void> {
  await drop(page, Object.fromEntries(recordings.map(({ name, text }) => [name, text])));
  await expect.poll(() => part(page, 'recordings').locator('li').count()).toBe(recordings.length);
}

/** Plays recordings and yields the movements that were recognised, once there are as many as expected. */
async function watch(
  page: Page,
  recordings: readonly Recorded[],
  count: number,
): Promise<readonly Movement[]> {
  await dropRecordings(page, recordings);
  await page.click('[data-action=play]');
  await expect.poll(() => page.isDisabled('[data-action=stop]')).toBe(false);
  await expect.poll(() => page.isDisabled('[data-action=stop]')).toBe(true);
  await expect.poll(async () => (await movementsOf(page)).length).toBe(count);
  return movementsOf(page);
}

function expectMovements(actual: readonly Movement[], expected: readonly Movement[]): void {
  expect(actual.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
  for (const [i, { from, to, scores }] of expected.entries()) {
    expect(actual[i]?.from).toBeCloseTo(from, 6);
    expect(actual[i]?.to).toBeCloseTo(to, 6);
    for (const [label, score] of Object.entries(scores)) {
      expect(Math.abs((actual[i]?.scores[label] as number) - score)).toBeLessThan(TOLERANCE);
    }
  }
}

/** Tests of the page "Teach it your actions". */
export function teachPageTests(open: OpenPage): void {
  beforeAll(async () => void (await tf.setBackend('cpu')));

  const quickstart = readFileSync(new URL('../live/encoder/encoder.safetensors', import.meta.url));
  const useQuickstart = async (page: Page): Promise<void> => {
    await drop(page, { 'quickstart.safetensors': quickstart });
    await expect.poll(() => part(page, 'model').textContent()).toContain('synthetic-halp');
  };
  const actions = [
    ['wave', 3],
    ['squat', 8],
    ['kick', 7],
  ] as const;
  const taught = actions.flatMap(([label, action]) =>
    [1, 3].flatMap((subject) => [1, 2].map((take) => synthetic(label, action, subject, take))),
  );
  const watched = actions.map(([label, action]) => synthetic(label, action, 2));

  it('is taught three actions by three takes of one performer, and recognises another one as Node does', async () => {
    const { page, problems } = await open('teach.html');
    await page.waitForSelector(READY);
    const takes = actions.flatMap(([label, action]) =>
      [1, 2, 3].map((take) => synthetic(label, action, 1, take)),
    );
    for (const [label] of actions) {
      await page.fill('input[name=action]', label);
      await page.press('input[name=action]', 'Enter');
      await dropRecordings(
        page,
        takes.filter((each) => each.label === label),
      );
      await page.click('[data-action=take]');
      await expect.poll(() => part(page, 'actions').textContent()).toContain(`${label}: 3 takes`);
    }
    const expected = await expectedMovements(takes, watched);
    const movements = await watch(page, watched, expected.movements.length);
    expectMovements(movements, expected.movements);
    expect(movements.map(({ label }) => label)).toEqual(['wave', 'squat', 'kick']);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('is taught three actions of two performers with a dropped encoder, and recognises another one as Node does', async () => {
    const { page, problems } = await open('teach.html');
    await page.waitForSelector(READY);
    await useQuickstart(page);
    for (const [label] of actions) {
      await page.fill('input[name=action]', label);
      await page.press('input[name=action]', 'Enter');
      await dropRecordings(
        page,
        taught.filter((each) => each.label === label),
      );
      await page.click('[data-action=take]');
      await expect.poll(() => part(page, 'actions').textContent()).toContain(`${label}: 4 takes`);
    }
    const expected = await expectedMovements(taught, watched, {}, quickstart);
    const movements = await watch(page, watched, expected.movements.length);
    expectMovements(movements, expected.movements);
    expect(movements.map(({ label }) => label)).toEqual(['wave', 'squat', 'kick']);
    const percent = `${(100 * (expected.accuracy as number)).toFixed(0)} %`;
    expect(await part(page, 'report').textContent()).toContain(percent);
    expect(await part(page, 'nearest').textContent()).toMatch(/take \d+ \(kick\), cosine 0\.\d{3}/);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('recognises actions of NTU RGB+D, taught by one take each of another performer', async (context) => {
    if (!existsSync(samples)) context.skip(`there is no ${samples}`);
    const { page, problems } = await open('teach.html');
    await page.waitForSelector(READY);
    await useQuickstart(page);
    const taken = [1, 3, 5, 11].map((action) =>
      recorded(`S001C001P001R001A${String(action).padStart(3, '0')}.skeleton`),
    );
    await page.locator('[name=start]').fill('0.3');
    await dropRecordings(page, taken);
    await page.click('[data-action=take]');
    await expect.poll(() => part(page, 'actions').locator('li').count()).toBe(4);
    const seen = ['S002C001P003R001A003.skeleton', 'S001C001P003R002A005.skeleton'].map(recorded);
    const expected = await expectedMovements(taken, seen, { start: 0.3, rest: 0.2 }, quickstart);
    const movements = await watch(page, seen, expected.movements.length);
    expectMovements(movements, expected.movements);
    expect(movements.map(({ label }) => label)).toEqual(['brushing teeth', 'drop']);
    expect(problems).toEqual([]);
    await page.close();
  });
}
