import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { createClip, createLayout, kinectV2, layoutOf } from '@halp/skeleton';
import { sbu15 } from '../../../skeleton/test/sbu-15.ts';
import { aimclrEvaluationView, compilePipeline, parallelShoulders } from '../../src/index.ts';
import { at, noiseClip } from '../clips.ts';

const [left, right] = kinectV2.shoulders;
const layout = 'kinect-v2';

describe('parallelShoulders', () => {
  const clip = noiseClip([3, 6, 25, 2]);
  const out = parallelShoulders(clip, { layout });

  it('centres every person on its root', () => {
    for (let c = 0; c < 3; c++)
      for (let t = 0; t < 6; t++)
        for (let m = 0; m < 2; m++) expect(at(out, c, t, kinectV2.root, m)).toBe(0);
  });

  it('keeps heights and distances, since it rotates about y', () => {
    for (let t = 0; t < 6; t++) {
      for (let m = 0; m < 2; m++) {
        const moved = (c: number): number =>
          at(clip, c, t, 7, m) - at(clip, c, t, kinectV2.root, m);
        expect(at(out, 1, t, 7, m)).toBeCloseTo(moved(1), 5);
        const radius = Math.hypot(at(out, 0, t, 7, m), at(out, 2, t, 7, m));
        expect(radius).toBeCloseTo(Math.hypot(moved(0), moved(2)), 4);
      }
    }
  });

  it('makes shoulders parallel to x in frames with the sign of the sum, computed per person', () => {
    for (let m = 0; m < 2; m++) {
      const across = (c: number, t: number): number =>
        at(clip, c, t, right, m) - at(clip, c, t, left, m);
      const frames = [0, 1, 2, 3, 4, 5];
      const side = Math.sign(frames.reduce((sum, t) => sum + across(2, t), 0));
      const turned = frames.filter((t) => Math.sign(across(2, t)) === side);
      expect(turned.length).toBeGreaterThan(0);
      for (const t of turned) {
        const [x, z] = [0, 2].map((c) => at(out, c, t, right, m) - at(out, c, t, left, m)) as [
          number,
          number,
        ];
        // acos(v_x / (|v| + 1e-4)) has an error of about sqrt(2e-4 / |v|), with v before the rotation.
        const length = Math.hypot(across(0, t), across(2, t));
        expect(x).toBeCloseTo(length, 3);
        expect(Math.abs(z)).toBeLessThan(length * 3 * Math.sqrt(2e-4 / length));
      }
    }
  });

  it('does not change an empty person or the given clip', () => {
    const empty = createClip([3, 2, 25, 1]);
    expect(parallelShoulders(empty, { layout }).data.every((x) => x === 0)).toBe(true);
    const before = clip.data.slice();
    parallelShoulders(clip, { layout });
    expect(clip.data).toEqual(before);
  });

  it('turns the shoulders of a layout of its own', () => {
    const own = createLayout(sbu15);
    const seen = parallelShoulders(noiseClip([3, 4, 15, 1]), { layout: own });
    const [left, right] = own.shoulders;
    for (let t = 0; t < 4; t++) {
      const across = at(seen, 2, t, right, 0) - at(seen, 2, t, left, 0);
      expect(seen.data[t * 15 + own.root]).toBe(0);
      expect(Number.isFinite(across)).toBe(true);
    }
  });

  it('rejects joints of another layout; a pipeline does so before the first clip', async () => {
    expect(() => parallelShoulders(noiseClip([3, 2, 20, 1]), { layout })).toThrow(
      'parallelShoulders: expected 25 joints (kinect-v2), got 20',
    );
    const wrong = [{ kind: 'parallel-shoulders', layout: 'kinect' as 'kinect-v2' } as const];
    await expect(compilePipeline(wrong)).rejects.toThrow('expected a layout among');
  });

  it('is the second step of the AimCLR evaluation view', async () => {
    const view = await compilePipeline(aimclrEvaluationView({ size: 10 }));
    const seen = view(clip, createRandom(0));
    expect(seen.shape).toEqual([3, 10, layoutOf(layout).joints.length, 2]);
    expect(at(seen, 1, 5, kinectV2.root, 0)).toBe(0);
  });
});
