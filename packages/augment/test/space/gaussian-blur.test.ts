import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { createClip } from '@halp/skeleton';
import { blurTime, gaussianBlur, gaussianKernel } from '../../src/index.ts';
import { at, noiseClip } from '../clips.ts';

const still = createClip([3, 30, 2, 1], new Float32Array(180).fill(2));

describe('gaussianBlur', () => {
  it('agrees with a loop over the frames, normalised and raw', () => {
    const cases = fc.record({
      frames: fc.integer({ min: 1, max: 24 }),
      radius: fc.integer({ min: 1, max: 8 }),
      sigma: fc.double({ min: 0.1, max: 3, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ frames, radius, sigma }) => {
        const clip = noiseClip([2, frames, 2, 2], frames);
        for (const weights of ['normalised', 'raw'] as const) {
          const options = { sigma: [sigma, sigma], radius, weights } as const;
          const out = gaussianBlur(clip, options, createRandom(0));
          for (let t = 0; t < frames; t++) {
            let [sum, total] = [0, 0];
            for (let k = -radius; k <= radius; k++) {
              if (t + k < 0 || t + k >= frames) continue;
              const weight = Math.exp((-k * k) / (2 * sigma * sigma));
              sum += weight * at(clip, 1, t + k, 1, 0);
              total += weight;
            }
            const expected = weights === 'raw' ? sum : sum / total;
            expect(Math.abs(at(out, 1, t, 1, 0) - expected)).toBeLessThan(2e-6);
          }
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('does not change a constant clip', () => {
    const out = gaussianBlur(still, { sigma: [0.1, 2] }, createRandom(5));
    for (const value of out.data) expect(value).toBeCloseTo(2, 6);
  });

  it('scales a constant clip up with raw weights, less at its ends', () => {
    const kernel = gaussianKernel(2, 7);
    const sum = 2 * kernel.reduce((total, weight) => total + weight, 0) - 1;
    // The integral of a Gaussian is sigma sqrt(2 pi) = 5.013, and its tails beyond 7 frames are 0.0002.
    expect(sum).toBeCloseTo(2 * Math.sqrt(2 * Math.PI), 2);
    const out = blurTime(still, kernel, 'raw');
    expect(at(out, 0, 15, 0, 0)).toBeCloseTo(2 * sum, 4);
    expect(at(out, 0, 0, 0, 0)).toBeCloseTo(sum + 1, 4);
  });

  it('spreads a single frame with the kernel', () => {
    const pulse = createClip([1, 9, 1, 1], Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0));
    const out = blurTime(pulse, Float64Array.of(4, 2, 1), 'raw');
    expect([...out.data]).toEqual([0, 0, 1, 2, 4, 2, 1, 0, 0]);
  });

  it('draws one uniform for sigma', () => {
    const clip = noiseClip([3, 12, 2, 1]);
    const rng = createRandom(8);
    const sigma = 0.5 + 1.5 * createRandom(8).uniform();
    const out = gaussianBlur(clip, { sigma: [0.5, 2] }, rng);
    expect(out).toEqual(blurTime(clip, gaussianKernel(sigma, 7), 'normalised'));
    const untouched = createRandom(8);
    untouched.uniform();
    expect(rng.uniform()).toBe(untouched.uniform());
  });
});
