import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import {
  aimclrExtremeView,
  aimclrNormalView,
  axisMask,
  centreCrop,
  compilePipeline,
  gaussianBlur,
  gaussianNoise,
  rotation,
  shear,
  sometimes,
  spatialFlip,
  temporalCrop,
  temporalFlip,
} from '../src/index.ts';
import { noiseClip } from './clips.ts';

const clip = noiseClip([3, 70, 25, 2]);

describe("AimCLR's views", () => {
  it('normal: resize, crop, shear', async () => {
    const view = await compilePipeline(aimclrNormalView());
    const rng = createRandom(3);
    const resized = centreCrop(clip, { size: 50, ratio: 1 });
    const expected = shear(
      temporalCrop(resized, { paddingRatio: 6 }, rng),
      { amplitude: 0.5 },
      rng,
    );
    expect(view(clip, createRandom(3))).toEqual(expected);
    expect(expected.shape).toEqual([3, 50, 25, 2]);
  });

  it('extreme: the normal view, then six more steps in this order, all except one with probability 1/2', async () => {
    const [normal, extreme] = await Promise.all(
      [aimclrNormalView(), aimclrExtremeView()].map((view) => compilePipeline(view)),
    );
    const taken = [0, 0, 0, 0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const rng = createRandom(seed);
      let out = normal!(clip, rng);
      const half = (step: number, then: () => void): void => {
        if (rng.uniform() >= 0.5) return;
        taken[step]! += 1;
        then();
      };
      half(0, () => (out = spatialFlip(out, { layout: 'kinect-v2', axis: 'none' })));
      const degrees = Math.PI / 180;
      out = rotation(out, { main: [0, 30 * degrees], others: [0, degrees] }, rng);
      half(1, () => (out = temporalFlip(out)));
      half(2, () => (out = gaussianNoise(out, { deviation: 0.01, points: 'all' }, rng)));
      half(3, () => (out = gaussianBlur(out, { sigma: [0.1, 2], weights: 'raw' }, rng)));
      half(4, () => (out = axisMask(out, {}, rng)));
      const view = extreme!(clip, createRandom(seed));
      let worst = 0;
      view.data.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - out.data[i]!))));
      // 30 degrees equal pi / 6 only up to rounding.
      expect(worst).toBeLessThan(1e-5);
    }
    // Five standard deviations of 60 fair coins.
    for (const count of taken) expect(Math.abs(count - 30)).toBeLessThan(20);
  });
});

describe('sometimes', () => {
  it('returns the clip itself otherwise', async () => {
    const view = await compilePipeline([sometimes(0.25, [{ kind: 'temporal-flip' }])]);
    const rng = createRandom(0);
    let left = 0;
    for (let i = 0; i < 2000; i++) if (view(clip, rng) === clip) left++;
    // Five standard deviations of a binomial count.
    expect(Math.abs(left - 1500)).toBeLessThan(97);
  });
});
