import { describe, expect, it } from 'vitest';
import {
  coco17,
  type JointMapping,
  jointMapping,
  kinectV1,
  kinectV2,
  type Layout,
  type LayoutName,
  layoutNames,
  layoutOf,
  mediapipe33,
  openpose18,
} from '@halp/skeleton';

const layouts = layoutNames.map(layoutOf);
const pairs = layouts.flatMap((from) => layouts.map((to) => ({ from, to })));

/** The mapping as text, without the joints that map to a joint of the same name. */
function inWords({ from, joints }: JointMapping): Record<string, string> {
  const names = layoutOf(from as LayoutName).joints;
  const words = joints.map((origin): readonly [string, string] => {
    switch (origin.kind) {
      case 'taken':
        return [origin.joint, names[origin.from]!];
      case 'interpolated':
        return [
          origin.joint,
          origin.between.map(({ joint, weight }) => `${weight} ${names[joint]}`).join(' + '),
        ];
      case 'missing':
        return [origin.joint, 'missing'];
    }
  });
  return Object.fromEntries(words.filter(([joint, origin]) => joint !== origin));
}

const missingFrom = (from: Layout, to: Layout): string[] =>
  jointMapping(from, to)
    .joints.filter(({ kind }) => kind === 'missing')
    .map(({ joint }) => joint);

describe('jointMapping', () => {
  it('maps the 20 joints of Kinect v1 to the 25 of Kinect v2, without tips and thumbs', () => {
    expect(inWords(jointMapping(kinectV1, kinectV2))).toEqual({
      'spine base': 'hip centre',
      'spine mid': 'spine',
      'spine shoulder': 'shoulder centre',
      neck: '0.65 shoulder centre + 0.35 head',
      'left hand tip': 'missing',
      'left thumb': 'missing',
      'right hand tip': 'missing',
      'right thumb': 'missing',
    });
  });

  it('maps Kinect v2 to every joint of Kinect v1', () => {
    expect(inWords(jointMapping(kinectV2, kinectV1))).toEqual({
      'hip centre': 'spine base',
      spine: 'spine mid',
      'shoulder centre': 'spine shoulder',
    });
  });

  it("places OpenPose's neck between the shoulders, unlike Kinect's", () => {
    const neck = { neck: '0.5 left shoulder + 0.5 right shoulder' };
    expect(inWords(jointMapping(coco17, openpose18))).toEqual(neck);
    expect(inWords(jointMapping(openpose18, coco17))).toEqual({});
    expect(inWords(jointMapping(mediapipe33, openpose18))).toEqual(neck);
    expect(inWords(jointMapping(mediapipe33, coco17))).toEqual({});
    expect(inWords(jointMapping(kinectV2, openpose18))).toMatchObject(neck);
    expect(inWords(jointMapping(openpose18, kinectV2))).toMatchObject({ 'spine shoulder': 'neck' });
  });

  it('lists the joints that exist only in Kinect layouts and only in image pose layouts', () => {
    expect(missingFrom(mediapipe33, kinectV1)).toEqual([]);
    expect(missingFrom(mediapipe33, kinectV2)).toEqual(['left hand tip', 'right hand tip']);
    expect(missingFrom(coco17, kinectV1)).toEqual([
      'left hand',
      'right hand',
      'left foot',
      'right foot',
    ]);
    expect(missingFrom(kinectV2, coco17)).toEqual([
      'nose',
      'left eye',
      'right eye',
      'left ear',
      'right ear',
    ]);
  });

  it('maps a layout to itself joint by joint', () => {
    for (const layout of layouts) {
      expect(jointMapping(layout, layout).joints).toEqual(
        layout.joints.map((joint, from) => ({ kind: 'taken', joint, from })),
      );
    }
  });

  it('lists the target joints in order and uses only existing source joints', () => {
    for (const { from, to } of pairs) {
      const { joints } = jointMapping(from, to);
      expect(joints.map(({ joint }) => joint)).toEqual(to.joints);
      for (const origin of joints) {
        const used =
          origin.kind === 'interpolated'
            ? origin.between.map(({ joint }) => joint)
            : origin.kind === 'taken'
              ? [origin.from]
              : [];
        for (const joint of used) expect(from.joints[joint]).toBeTypeOf('string');
        expect(new Set(used).size).toBe(used.length);
      }
    }
  });

  it('has weights that sum to 1, on joints that centring does not set to zero', () => {
    for (const { from, to } of pairs) {
      for (const origin of jointMapping(from, to).joints) {
        if (origin.kind !== 'interpolated') continue;
        const sum = origin.between.reduce((total, { weight }) => total + weight, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        expect(origin.between.map(({ joint }) => joint)).not.toContain(from.center);
      }
    }
  });

  it('is symmetric between left and right', () => {
    for (const { from, to } of pairs) {
      const { joints } = jointMapping(from, to);
      const mirrored = joints.map((_, joint) => {
        const other = joints[to.mirror[joint]!]!;
        if (other.kind === 'taken') return { ...other, from: from.mirror[other.from] };
        if (other.kind === 'missing') return other;
        const between = other.between
          .map(({ joint: at, weight }) => ({ joint: from.mirror[at]!, weight }))
          .sort((a, b) => a.joint - b.joint);
        return { ...other, between };
      });
      const sorted = joints.map((origin) =>
        origin.kind === 'interpolated'
          ? { ...origin, between: [...origin.between].sort((a, b) => a.joint - b.joint) }
          : origin,
      );
      expect(mirrored.map(({ kind }) => kind)).toEqual(sorted.map(({ kind }) => kind));
      mirrored.forEach((origin, joint) => {
        expect({ ...origin, joint: '' }).toEqual({ ...sorted[joint], joint: '' });
      });
    }
  });
});
