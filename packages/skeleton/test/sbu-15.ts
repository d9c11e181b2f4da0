import type { LayoutData } from '@halp/skeleton';

/** The 15 joints of SBU Kinect Interaction, as in its files; 'spine mid' is its torso. */
export const sbu15: LayoutData = {
  name: 'sbu-15',
  joints: [
    ...['head', 'neck', 'spine mid', 'left shoulder', 'left elbow', 'left hand'],
    ...['right shoulder', 'right elbow', 'right hand', 'left hip', 'left knee', 'left foot'],
    ...['right hip', 'right knee', 'right foot'],
  ],
  bones: [
    ['head', 'neck'],
    ['spine mid', 'neck'],
    ...(['left', 'right'] as const).flatMap((side) => [
      [`${side} shoulder`, 'neck'] as const,
      [`${side} elbow`, `${side} shoulder`] as const,
      [`${side} hand`, `${side} elbow`] as const,
      [`${side} hip`, 'spine mid'] as const,
      [`${side} knee`, `${side} hip`] as const,
      [`${side} foot`, `${side} knee`] as const,
    ]),
  ],
  spine: ['spine mid', 'neck'],
  center: 'spine mid',
};
