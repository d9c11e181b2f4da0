import { isLayoutName, kinectV1, kinectV2, layoutOf } from '@halp/skeleton';
import { describe, expect, it } from 'vitest';

describe.each([kinectV1, kinectV2])('layout $name', (layout) => {
  it('is a tree: every joint but the root has one parent, and every way leads to the root', () => {
    const parents = new Map(layout.bones);
    expect(layout.bones.length).toBe(layout.joints.length - 1);
    expect(parents.has(layout.root)).toBe(false);
    for (let joint = 0; joint < layout.joints.length; joint++) {
      let at = joint;
      for (let steps = 0; at !== layout.root; steps++) {
        expect(steps).toBeLessThan(layout.joints.length);
        at = parents.get(at)!;
      }
      expect(at).toBe(layout.root);
    }
  });

  it('mirrors left and right, twice to itself, bones to bones', () => {
    const mirror = layout.mirror;
    for (const [joint, name] of layout.joints.entries()) {
      expect(mirror[mirror[joint]!]).toBe(joint);
      if (name.startsWith('left'))
        expect(layout.joints[mirror[joint]!]).toBe(name.replace('left', 'right'));
      else if (!name.startsWith('right')) expect(mirror[joint]).toBe(joint);
    }
    const bones = new Set(layout.bones.map(String));
    for (const [child, parent] of layout.bones)
      expect(bones.has(`${mirror[child]!},${mirror[parent]!}`)).toBe(true);
  });

  it('is found by its name', () => {
    expect(isLayoutName(layout.name)).toBe(true);
    expect(layoutOf(layout.name)).toBe(layout);
  });
});

describe('kinectV2', () => {
  it("has the authors' bones, counted from 1 there", () => {
    const authors =
      '1,2 2,21 3,21 4,3 5,21 6,5 7,6 8,7 9,21 10,9 11,10 12,11 13,1 14,13 15,14 16,15 17,1 18,17 19,18 20,19 22,23 23,8 24,25 25,12';
    expect(kinectV2.bones.map(([child, parent]) => `${child + 1},${parent + 1}`).join(' ')).toBe(
      authors,
    );
    expect(kinectV2.root + 1).toBe(21);
  });

  it('points up from joint 0 to 1 and across from joint 4 to 8', () => {
    expect([kinectV2.center, kinectV2.spine, kinectV2.shoulders]).toEqual([1, [0, 1], [4, 8]]);
    expect([kinectV1.center, kinectV1.spine, kinectV1.shoulders]).toEqual([1, [0, 1], [4, 8]]);
  });
});

describe('isLayoutName', () => {
  it('refuses what is no layout', () => {
    for (const name of ['kinect', '', undefined, 2]) expect(isLayoutName(name)).toBe(false);
  });
});
