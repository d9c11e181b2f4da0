import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { createClip } from '@halp/skeleton';
import { gaussianNoise } from '../../src/index.ts';
import { at, noiseClip } from '../clips.ts';

describe('gaussianNoise', () => {
  it('adds normal noise with the given standard deviation', () => {
    const clip = noiseClip([3, 40, 25, 2]);
    const out = gaussianNoise(clip, { deviation: 0.2 }, createRandom(1));
    const noise = [...out.data].map((value, i) => (value - clip.data[i]!) / 0.2);
    const moment = (power: number): number =>
      noise.reduce((sum, value) => sum + value ** power, 0) / noise.length;
    // Five standard errors of 6000 normal draws: 1, sqrt 2 and sqrt 96 over sqrt 6000.
    expect(Math.abs(moment(1))).toBeLessThan(0.065);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.092);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.64);
  });

  it('skips undetected joints by default', () => {
    const clip = noiseClip([3, 2, 3, 2]);
    for (let c = 0; c < 3; c++) clip.data[((c * 2 + 1) * 3 + 2) * 2 + 1] = 0;
    // A joint with one zero coordinate was detected.
    clip.data[0] = 0;
    const seen = gaussianNoise(clip, { deviation: 0.1 }, createRandom(3));
    const all = gaussianNoise(clip, { deviation: 0.1, points: 'all' }, createRandom(3));
    expect([0, 1, 2].map((c) => at(seen, c, 1, 2, 1))).toEqual([0, 0, 0]);
    expect(at(seen, 0, 0, 0, 0)).not.toBe(0);
    const differing = [...all.data.keys()].filter((i) => all.data[i] !== seen.data[i]);
    expect(differing).toEqual([11, 23, 35]);
  });

  it('draws the same number of values with and without undetected joints', () => {
    const [a, b] = [createRandom(0), createRandom(0)];
    gaussianNoise(createClip([2, 3, 4, 1]), { deviation: 1 }, a);
    gaussianNoise(noiseClip([2, 3, 4, 1]), { deviation: 1 }, b);
    expect(a.uniform()).toBe(b.uniform());
  });
});
