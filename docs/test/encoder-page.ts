import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { compilePipeline } from '@halp/augment';
import { formatNtuSkeleton, type NtuName, parseNtuName, syntheticRecording } from '@halp/data';
import { tensorOfClip } from '@halp/nn';
import { createRandom } from '@halp/random';
import {
  buildEncoder,
  type EncoderFile,
  formatClassifier,
  formatEncoderFile,
  likeliest,
  nwUclaHalp,
  parseClassifier,
  parseEncoderFile,
  type Recipe,
  recordingForRecipe,
} from '@halp/recipes';
import { type Clip, createClip } from '@halp/skeleton';
import { nameOf, type Numbers, numbersOf, READY } from './encoder-numbers.ts';
import { drop, messageOf, type OpenPage } from './page.ts';

/** Float32 rounding in another order; WebGL's exponential is less exact. */
const TOLERANCE = 1e-4;
const shipped = (name: string): Promise<Buffer> =>
  readFile(new URL(`../live/encoder/${name}`, import.meta.url));

const tiny: Recipe = {
  ...nwUclaHalp,
  name: 'tiny',
  encoder: { kind: 'bigru', hidden: 4, layers: 1, direction: 'stepwise' },
};

/** A file as `halp export --format safetensors` writes it, of an encoder with random weights for another layout. */
async function exported(recipe: Recipe): Promise<Uint8Array> {
  const encoder = buildEncoder(recipe, createRandom(3));
  const manifest = {
    format: 1,
    name: recipe.name,
    recipe: JSON.parse(JSON.stringify(recipe)) as unknown,
    ...{ seed: 3, data: {}, software: {}, machine: {}, startedAt: '2026-01-01T00:00:00Z' },
  } as const;
  const bytes = await formatEncoderFile({ encoder, stream: 'joint', manifest, epoch: 2 });
  encoder.dispose();
  return bytes;
}

const recordingOf = (name: string) =>
  syntheticRecording(parseNtuName(name) as NtuName, createRandom(0));

/** The expected feature of a recording or of its first frames. */
async function featureOf(
  { recipe, encoder }: EncoderFile,
  name: string,
  frames?: number,
): Promise<Float32Array> {
  const { clip } = recordingForRecipe(recipe, recordingOf(name), { path: name });
  const view = await compilePipeline(recipe.evaluation.view);
  const seen = view(firstFrames(clip, frames ?? clip.shape[1]), createRandom(0));
  return tf.tidy(() => encoder.apply(tensorOfClip(seen), { mode: 'eval' }).dataSync<'float32'>());
}

function firstFrames({ data, shape: [C, T, V, M] }: Clip, frames: number): Clip {
  const result = createClip([C, frames, V, M]);
  result.data.forEach((_, i) => {
    const [channel, rest] = [Math.floor(i / (frames * V * M)), i % (frames * V * M)];
    result.data[i] = data[channel * T * V * M + rest] as number;
  });
  return result;
}

function expectNear(actual: readonly number[], expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  const far = actual.map((value, i) => Math.abs(value - (expected[i] as number)));
  expect(Math.max(...far)).toBeLessThan(TOLERANCE);
}

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

/** Tests of the page "An encoder at work". */
export function encoderPageTests(open: OpenPage): void {
  let file: EncoderFile;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    file = parseEncoderFile(await shipped('encoder.safetensors'), 'encoder.safetensors');
  });

  /** Compares the classes and nearest clips of the page with the expected ones. */
  async function expectAsInNode(numbers: Numbers): Promise<void> {
    const feature = await featureOf(file, nameOf(numbers));
    expectNear(numbers.feature, feature);
    const bytes = await shipped('classifier.safetensors');
    const classifier = parseClassifier(bytes, 'c', file.encoder.featureSize);
    const expected = likeliest(feature, classifier);
    expectNear(
      expected.map(({ name }) => numbers.classes[name] as number),
      expected.map(({ probability }) => probability),
    );
    expect(numbers.nearest).toHaveLength(10);
    for (const { name, similarity } of numbers.nearest) {
      const other = await featureOf(file, name);
      expect(Math.abs(cosine(feature, other) - similarity)).toBeLessThan(TOLERANCE);
    }
  }

  it('gives the same results as Node, on WebAssembly and on WebGL', async () => {
    const { page, problems } = await open('encoder.html');
    await page.waitForSelector(READY);
    await expectAsInNode(await numbersOf(page));
    expect(problems).toEqual([]);
    await page.locator('[value=wasm]').focus();
    await page.keyboard.press('ArrowRight');
    await page.selectOption('[name=action]', '3');
    await expect.poll(async () => nameOf(await numbersOf(page))).toBe('S001C002P002R001A003');
    expect(await page.locator('[name=backend]:checked').inputValue()).toBe('webgl');
    await expectAsInNode(await numbersOf(page));
    const time = page.locator('[data-part=time-webgl]');
    expect(await time.textContent()).toBe('');
    await page.click('[data-action=measure]');
    await expect.poll(() => time.textContent()).toContain('ms per clip');
    await page.close();
  });

  it('steps through the first frames of a clip by keys, on a phone too', async () => {
    const { page, problems } = await open('encoder.html', 360);
    await page.waitForSelector(READY);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const whole = await numbersOf(page);
    const slider = page.locator('[name=step]');
    await slider.focus();
    await slider.press('Home');
    const first = await numbersOf(page);
    expect(first.frames).toBe(Math.ceil(whole.frames / 20));
    expectNear(first.feature, await featureOf(file, nameOf(first), first.frames));
    await slider.press('ArrowRight');
    const second = await numbersOf(page);
    expect(second.frames).toBe(Math.ceil(whole.frames / 10));
    expectNear(second.feature, await featureOf(file, nameOf(second), second.frames));
    const [head] = await page.locator('[data-part=map] .head').all();
    expect(head).toBeDefined();
    await page.locator('[data-action=another]').focus();
    await page.keyboard.press('Enter');
    await expect.poll(async () => nameOf(await numbersOf(page))).not.toBe(nameOf(whole));
    expect(problems).toEqual([]);
    await page.close();
  });

  it('accepts a dropped encoder and its classifier', async () => {
    const { page, problems } = await open('encoder.html');
    await page.waitForSelector(READY);
    const bytes = await exported(tiny);
    const other = parseEncoderFile(bytes, 'tiny.safetensors');
    const classifier = {
      weight: Float32Array.from({ length: 16 }, (_, i) => i - 8),
      bias: Float32Array.of(0.5, -0.5),
      ...{ classes: ['up', 'down'], origin: 'made up' },
    };
    await drop(page, { 'tiny.safetensors': bytes });
    await expect
      .poll(() => page.locator('[data-part=model]').textContent())
      .toContain('tiny: bigru');
    await expect.poll(async () => (await numbersOf(page)).feature.length).toBe(8);
    const numbers = await numbersOf(page);
    const feature = await featureOf(other, nameOf(numbers));
    expectNear(numbers.feature, feature);
    expect(numbers.classes).toEqual({});
    expect(numbers.nearest).toHaveLength(10);
    await drop(page, { 'classifier.safetensors': formatClassifier(classifier) });
    await expect.poll(async () => Object.keys((await numbersOf(page)).classes)).toHaveLength(2);
    const { classes } = await numbersOf(page);
    for (const { name, probability } of likeliest(feature, classifier)) {
      expect(Math.abs((classes[name] as number) - probability)).toBeLessThan(TOLERANCE);
    }
    other.encoder.dispose();
    await page.locator('.VPSwitchAppearance').first().click();
    const player = page.frameLocator('.encoder iframe').locator('body');
    const background = () => player.evaluate((body) => getComputedStyle(body).backgroundColor);
    await expect.poll(background).toBe('rgb(15, 19, 23)');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('runs no code that a dropped file names, alone or in a one-of step', async () => {
    const { page, problems } = await open('encoder.html');
    await page.waitForSelector(READY);
    const code = 'globalThis.halpStrangerRan = true; export const createTransform = () => (c) => c';
    const module = `data:text/javascript,${encodeURIComponent(code)}`;
    const step = { kind: 'module', module } as const;
    const views: Recipe['evaluation']['view'][] = [
      [...tiny.evaluation.view, step],
      [...tiny.evaluation.view, { kind: 'one-of', choices: [{ probability: 1, steps: [step] }] }],
    ];
    for (const [i, view] of views.entries()) {
      const recipe = { ...tiny, evaluation: { ...tiny.evaluation, view } };
      await drop(page, { [`stranger-${i}.safetensors`]: await exported(recipe) });
      const problem = page.locator('[role=alert]');
      await expect.poll(() => problem.textContent()).toContain(i === 0 ? 'module' : 'choice 0');
      expect(await page.evaluate('globalThis.halpStrangerRan')).toBeUndefined();
      await drop(page, { 'own.safetensors': await exported(tiny) });
      await expect.poll(() => problem.textContent()).toBe('');
    }
    expect(problems).toEqual([]);
    await page.close();
  });

  it('classifies a dropped recording and gives the reason for rejecting a damaged file', async () => {
    const { page, problems } = await open('encoder.html');
    await page.waitForSelector(READY);
    const problem = page.locator('[role=alert]');
    const cut = (await shipped('encoder.safetensors')).subarray(0, 300_000);
    await drop(page, { 'cut.safetensors': cut });
    const message = messageOf(() => parseEncoderFile(cut, 'cut.safetensors'));
    expect(message).toContain('cut.safetensors');
    await expect.poll(() => problem.textContent()).toBe(message);
    const name = 'S001C002P002R001A009';
    const recorded = formatNtuSkeleton(recordingOf(name));
    await drop(page, { [`${name}.skeleton`]: recorded });
    await expect.poll(async () => nameOf(await numbersOf(page))).toBe(name);
    expect(await problem.textContent()).toBe('');
    // The file has six digits per coordinate.
    const { feature } = await numbersOf(page);
    expect(cosine(feature, await featureOf(file, name))).toBeGreaterThan(0.9999);
    await drop(page, { 'x.skeleton': recorded.slice(0, 500) });
    await expect.poll(() => problem.textContent()).toContain('x.skeleton');
    expect(problems).toEqual([]);
    await page.close();
  });
}
