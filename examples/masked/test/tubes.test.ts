import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { kinectV1 } from '@halp/skeleton';
import { boneDistances, tubeMask } from '../tubes.ts';
import { layout } from './small.ts';

describe('boneDistances', () => {
  it('counts the bones between joints', () => {
    // hand – head – hip – foot
    expect(boneDistances(layout)).toEqual([
      [0, 1, 2, 1],
      [1, 0, 1, 2],
      [2, 1, 0, 3],
      [1, 2, 3, 0],
    ]);
  });
});

describe('tubeMask', () => {
  const draw = (seed: number, ratio: number): Uint8Array =>
    tubeMask({ layout: kinectV1, segments: 8, ratio }, createRandom(seed));

  it.each([0.1, 0.6, 0.95])('masks at least %f of the tokens', (ratio) => {
    for (let seed = 0; seed < 50; seed++) {
      const masked = draw(seed, ratio).reduce((sum, each) => sum + each);
      expect(masked).toBeGreaterThanOrEqual(ratio * 160);
    }
  });

  it('is one tube if the ratio is small: joints at most two bones from one, in consecutive segments', () => {
    const distance = boneDistances(kinectV1);
    for (let seed = 0; seed < 50; seed++) {
      const mask = draw(seed, 0.001);
      const grid = Array.from({ length: 8 }, (_, s) => [...mask.slice(20 * s, 20 * s + 20)]);
      const on = grid.flatMap((row, s) => (row.includes(1) ? [s] : []));
      expect(on).toEqual(on.map((_, i) => (on[0] as number) + i));
      expect(on.length).toBeGreaterThanOrEqual(4);
      const part = (grid[on[0] as number] as number[]).flatMap((each, v) => (each ? [v] : []));
      for (const s of on) expect(grid[s]).toEqual(grid[on[0] as number]);
      const balls = [1, 2].flatMap((radius) =>
        distance.map((row) => row.flatMap((d, v) => (d <= radius ? [v] : [])).join()),
      );
      expect(balls).toContain(part.join());
    }
  });

  it('masks every token in some clips and leaves it visible in others', () => {
    const counts = new Array<number>(160).fill(0);
    for (let seed = 0; seed < 300; seed++)
      draw(seed, 0.5).forEach((each, i) => (counts[i] = (counts[i] as number) + each));
    expect(Math.min(...counts)).toBeGreaterThan(30);
    expect(Math.max(...counts)).toBeLessThan(300);
  });

  it('is the same for the same stream', () => {
    expect(draw(7, 0.6)).toEqual(draw(7, 0.6));
    expect(draw(7, 0.6)).not.toEqual(draw(8, 0.6));
  });
});
