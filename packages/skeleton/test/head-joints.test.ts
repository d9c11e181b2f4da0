import { describe, expect, it } from 'vitest';
import { createLayout, headJoints, layoutNames, layoutOf } from '@halp/skeleton';

describe('the joints of the head', () => {
  it('are those of the face and the skull, and not the neck', () => {
    const numbers = layoutNames.map((name) => [name, headJoints(name).length]);
    expect(Object.fromEntries(numbers)).toEqual({
      ...{ 'kinect-v1': 1, 'kinect-v2': 1, 'openpose-18': 5, 'coco-17': 5, 'mediapipe-33': 11 },
    });
    expect(headJoints('mediapipe-33')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(headJoints('kinect-v2').map((v) => layoutOf('kinect-v2').joints[v])).toEqual(['head']);
  });

  it('of a layout of your own are found by whole words', () => {
    const layout = createLayout({
      name: 'own',
      joints: ['Head top', 'left ear', 'left forearm', 'left shoulder', 'right shoulder'],
      bones: [
        ['Head top', 'left shoulder'],
        ['left ear', 'Head top'],
        ['left forearm', 'left shoulder'],
        ['right shoulder', 'left shoulder'],
      ],
      spine: ['left shoulder', 'Head top'],
      mirror: ['Head top', 'left ear', 'left forearm', 'right shoulder', 'left shoulder'],
    });
    expect(headJoints(layout)).toEqual([0, 1]);
  });
});
