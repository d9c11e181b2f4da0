import { describe, expect, it } from 'vitest';
import {
  type Clip,
  type ClipShape,
  coco17,
  convertLayout,
  createClip,
  kinectV1,
  kinectV2,
  layoutNames,
  layoutOf,
  openpose18,
} from '@halp/skeleton';

const wave = (shape: ClipShape): Clip => {
  const clip = createClip(shape);
  return createClip(
    shape,
    clip.data.map((_, i) => Math.sin(i + 1)),
  );
};
const at = ({ data, shape: [, T, V, M] }: Clip, c: number, t: number, v: number, m: number) =>
  data[((c * T + t) * V + v) * M + m]!;
const joint = (layout: { joints: readonly string[] }, name: string): number =>
  layout.joints.indexOf(name);

describe('convertLayout', () => {
  const clip = wave([3, 4, 20, 2]);
  const clip25 = convertLayout(clip, { from: kinectV1, to: kinectV2, missing: 'zero' });

  it('copies a joint bit for bit in every frame, channel and person', () => {
    expect(clip25.shape).toEqual([3, 4, 25, 2]);
    for (const [name, source] of [
      ['head', 'head'],
      ['left knee', 'left knee'],
      ['spine shoulder', 'shoulder centre'],
    ] as const) {
      for (let c = 0; c < 3; c++)
        for (let t = 0; t < 4; t++)
          for (let m = 0; m < 2; m++)
            expect(at(clip25, c, t, joint(kinectV2, name), m)).toBe(
              at(clip, c, t, joint(kinectV1, source), m),
            );
    }
  });

  it('interpolates a joint between its source joints', () => {
    const expected = Math.fround(
      0.65 * at(clip, 1, 2, joint(kinectV1, 'shoulder centre'), 1) +
        0.35 * at(clip, 1, 2, joint(kinectV1, 'head'), 1),
    );
    expect(at(clip25, 1, 2, joint(kinectV2, 'neck'), 1)).toBe(expected);
  });

  it('converts from Kinect v1 to v2 and back without change', () => {
    expect(convertLayout(clip25, { from: kinectV2, to: kinectV1 })).toEqual(clip);
  });

  it('rejects missing joints and names them, or fills them with zeros or the parent', () => {
    const convert = (missing?: 'error') =>
      convertLayout(clip, {
        from: kinectV1,
        to: kinectV2,
        ...(missing === undefined ? {} : { missing }),
      });
    const message =
      "convertLayout: expected kinect-v1 to have every joint of kinect-v2, got none for left hand tip, left thumb, right hand tip, right thumb; choose missing: 'zero' or 'parent'";
    expect(() => convert()).toThrow(message);
    expect(() => convert('error')).toThrow(message);
    expect(at(clip25, 0, 1, joint(kinectV2, 'left hand tip'), 0)).toBe(0);
    const parents = convertLayout(clip, { from: kinectV1, to: kinectV2, missing: 'parent' });
    // The parent of the tip is the thumb, and the parent of the thumb is the hand.
    for (const name of ['left hand tip', 'left thumb', 'left hand'])
      expect(at(parents, 2, 3, joint(kinectV2, name), 1)).toBe(
        at(clip, 2, 3, joint(kinectV1, 'left hand'), 1),
      );
  });

  it('rejects missing: parent if the root is missing too', () => {
    expect(() => convertLayout(clip, { from: kinectV1, to: coco17, missing: 'parent' })).toThrow(
      'expected the root of coco-17 or a joint on the path to it to be known',
    );
  });

  it('offers only what works for the missing joints', () => {
    for (const from of layoutNames.map(layoutOf)) {
      for (const to of layoutNames.map(layoutOf)) {
        const empty = createClip([3, 1, from.joints.length, 1]);
        let message = '';
        try {
          convertLayout(empty, { from, to });
        } catch (error) {
          message = (error as Error).message;
        }
        for (const missing of ['zero', 'parent'] as const) {
          const works = (): unknown => convertLayout(empty, { from, to, missing });
          if (message.includes(`'${missing}'`)) expect(works).not.toThrow();
          else if (message !== '') expect(works).toThrow("choose missing: 'zero'");
        }
      }
    }
  });

  it('keeps empty persons and frames empty for all layouts', () => {
    for (const from of layoutNames.map(layoutOf)) {
      for (const to of layoutNames.map(layoutOf)) {
        const full = wave([3, 3, from.joints.length, 2]);
        const sparse = createClip(
          full.shape,
          full.data.map((value, i) => {
            const frame = Math.floor(i / (from.joints.length * 2)) % 3;
            return i % 2 === 1 || frame === 1 ? 0 : value;
          }),
        );
        const out = convertLayout(sparse, { from, to, missing: 'zero' });
        const filled = out.data.map((_, i) => {
          const frame = Math.floor(i / (to.joints.length * 2)) % 3;
          return i % 2 === 1 || frame === 1 ? 1 : 0;
        });
        expect(out.data.some((value, i) => filled[i] === 1 && value !== 0)).toBe(false);
        expect(out.data.some((value) => value !== 0)).toBe(true);
      }
    }
  });

  it('does not interpolate with an undetected joint', () => {
    const pose = wave([3, 2, 17, 1]);
    const left = joint(coco17, 'left shoulder');
    for (let c = 0; c < 3; c++) pose.data[(c * 2 + 1) * 17 + left] = 0;
    const out = convertLayout(pose, { from: coco17, to: openpose18 });
    const neck = joint(openpose18, 'neck');
    expect([0, 1, 2].map((c) => at(out, c, 1, neck, 0))).toEqual([0, 0, 0]);
    expect(at(out, 0, 0, neck, 0)).not.toBe(0);
  });

  it('rejects a clip of another layout', () => {
    expect(() => convertLayout(clip, { from: kinectV2, to: kinectV1 })).toThrow(
      'convertLayout: expected 25 joints (kinect-v2), got 20',
    );
  });
});
