import { describe, expect, it } from 'vitest';
import {
  coco17,
  isLayoutName,
  kinectV1,
  kinectV2,
  type Layout,
  type LayoutName,
  layoutNames,
  layoutOf,
  mediapipe33,
  openpose18,
} from '@halp/skeleton';

describe.each(layoutNames.map(layoutOf))('layout $name', (layout) => {
  it('is a tree: every joint except the root has one parent, and every path ends at the root', () => {
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

  it('mirrors left and right as an involution that maps bones to bones', () => {
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
    expect(layoutOf(layout.name as LayoutName)).toBe(layout);
  });
});

describe('kinectV2', () => {
  it("has the authors' bones, which they count from 1", () => {
    const authors =
      '1,2 2,21 3,21 4,3 5,21 6,5 7,6 8,7 9,21 10,9 11,10 12,11 13,1 14,13 15,14 16,15 17,1 18,17 19,18 20,19 22,23 23,8 24,25 25,12';
    expect(kinectV2.bones.map(([child, parent]) => `${child + 1},${parent + 1}`).join(' ')).toBe(
      authors,
    );
    expect(kinectV2.root + 1).toBe(21);
  });

  it('has the up axis from joint 0 to 1 and the shoulder axis from joint 4 to 8', () => {
    expect([kinectV2.center, kinectV2.spine, kinectV2.shoulders]).toEqual([1, [0, 1], [4, 8]]);
    expect([kinectV1.center, kinectV1.spine, kinectV1.shoulders]).toEqual([1, [0, 1], [4, 8]]);
  });
});

describe('layouts of image poses', () => {
  const bonesOf = (layout: Layout): string =>
    layout.bones.map(([child, parent]) => `${child},${parent}`).join(' ');

  it('have the edges of ST-GCN for OpenPose and of PYSKL for COCO', () => {
    const inward =
      '4,3 3,2 7,6 6,5 13,12 12,11 10,9 9,8 11,5 8,2 5,1 2,1 0,1 15,0 14,0 17,15 16,14';
    expect(bonesOf(openpose18).split(' ').sort()).toEqual(inward.split(' ').sort());
    const coco = '15,13 13,11 16,14 14,12 11,5 12,6 9,7 7,5 10,8 8,6 5,0 6,0 1,0 3,1 2,0 4,2';
    expect(bonesOf(coco17).split(' ').sort()).toEqual(coco.split(' ').sort());
    expect([openpose18.root, coco17.root]).toEqual([1, 0]);
  });

  it("have MediaPipe's connections without those that close a cycle, plus four more", () => {
    const connections =
      '0,1 1,2 2,3 3,7 0,4 4,5 5,6 6,8 9,10 11,12 11,13 13,15 15,17 15,19 15,21 17,19 12,14 14,16 ' +
      '16,18 16,20 16,22 18,20 11,23 12,24 23,24 23,25 24,26 25,27 26,28 27,29 28,30 29,31 30,32 27,31 28,32';
    const ours = mediapipe33.bones.map(([child, parent]) => `${parent},${child}`);
    const theirs = connections.split(' ');
    expect(ours.filter((bone) => !theirs.includes(bone))).toEqual(['0,9', '0,10', '0,11', '0,12']);
    expect(theirs.filter((bone) => !ours.includes(bone))).toEqual(
      '9,10 11,12 17,19 18,20 23,24 29,31 30,32'.split(' '),
    );
  });

  it('have no spine: they are centred on the root, and the left side of the trunk is the up axis', () => {
    for (const layout of [openpose18, coco17, mediapipe33]) {
      expect(layout.hasSpine).toBe(false);
      expect(layout.center).toBe(layout.root);
      expect(layout.spine.map((joint) => layout.joints[joint])).toEqual([
        'left hip',
        'left shoulder',
      ]);
    }
    expect([kinectV1.hasSpine, kinectV2.hasSpine]).toEqual([true, true]);
  });
});

describe('isLayoutName', () => {
  it('rejects unknown names', () => {
    for (const name of ['kinect', '', 'toString', undefined, 2])
      expect(isLayoutName(name)).toBe(false);
  });
});
