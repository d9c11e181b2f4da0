import { describe, expect, it } from 'vitest';
import { createClip, createLayout, layoutNames, layoutOf } from '@halp/skeleton';
import { sbu15 } from '../../../skeleton/test/sbu-15.ts';
import { compilePipeline, spatialFlip } from '../../src/index.ts';
import { at, noiseClip } from '../clips.ts';

/** AimCLR's order of joints after a flip (feeder/tools.py:11). */
const order = [
  0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 16, 17, 18, 19, 12, 13, 14, 15, 20, 23, 24, 21, 22,
];

describe('spatialFlip', () => {
  const clip = noiseClip([3, 4, 25, 2]);

  it("swaps the same joints as AimCLR, and changes nothing else with axis 'none'", () => {
    const out = spatialFlip(clip, { layout: 'kinect-v2', axis: 'none' });
    for (let c = 0; c < 3; c++)
      for (let t = 0; t < 4; t++)
        for (let v = 0; v < 25; v++)
          for (let m = 0; m < 2; m++)
            expect(at(out, c, t, v, m)).toBe(at(clip, c, t, order[v]!, m));
  });

  it('negates only the given axis', () => {
    const exchanged = spatialFlip(clip, { layout: 'kinect-v2', axis: 'none' });
    for (const [channel, axis] of (['x', 'y', 'z'] as const).entries()) {
      const out = spatialFlip(clip, { layout: 'kinect-v2', axis });
      for (let c = 0; c < 3; c++)
        expect(at(out, c, 3, 5, 1)).toBe(at(exchanged, c, 3, 5, 1) * (c === channel ? -1 : 1));
    }
  });

  it('is its own inverse in every layout', () => {
    for (const layout of [...layoutNames, createLayout(sbu15)]) {
      const original = noiseClip([3, 2, layoutOf(layout).joints.length, 1]);
      const twice = spatialFlip(spatialFlip(original, { layout, axis: 'x' }), {
        layout,
        axis: 'x',
      });
      expect(twice).toEqual(original);
    }
  });

  it('rejects a layout of its own with a fault, also in a pipeline', async () => {
    const layout = { ...createLayout(sbu15), bones: [] };
    const message = 'spatialFlip: layout.bones: expected one joint without a parent, got 15';
    expect(() => spatialFlip(noiseClip([3, 1, 15, 1]), { layout, axis: 'x' })).toThrow(message);
    await expect(compilePipeline([{ kind: 'spatial-flip', layout, axis: 'x' }])).rejects.toThrow(
      'layout.bones: expected one joint without a parent',
    );
  });

  it('keeps an empty person at 0, not at -0', () => {
    const out = spatialFlip(createClip([2, 1, 17, 1]), { layout: 'coco-17', axis: 'x' });
    expect(out.data.every((value) => Object.is(value, 0))).toBe(true);
  });

  it('rejects clips of another layout or without the axis', () => {
    expect(() => spatialFlip(clip, { layout: 'kinect-v1', axis: 'x' })).toThrow(
      'spatialFlip: expected 20 joints (kinect-v1), got 25',
    );
    expect(() => spatialFlip(createClip([2, 1, 17, 1]), { layout: 'coco-17', axis: 'z' })).toThrow(
      'spatialFlip: expected a clip with z, channel 2, got 2 channels',
    );
  });
});
