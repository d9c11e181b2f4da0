import type { BuiltInLayout } from './layout.ts';
import { layoutFrom } from './layout-source.ts';

/**
 * The 25 joints of Kinect v2, as in NTU RGB+D 60 and 120 and PKU-MMD.
 *
 * The root is the spine at the shoulders, joint 20 (the pairs of the authors' bone stream).
 */
export const kinectV2: BuiltInLayout = layoutFrom({
  name: 'kinect-v2',
  root: 'spine shoulder',
  spine: { from: 'spine base', to: 'spine mid', center: 'spine mid' },
  joints: [
    ['spine base', 'spine mid'],
    ['spine mid', 'spine shoulder'],
    ['neck', 'spine shoulder'],
    ['head', 'neck'],
    ['left shoulder', 'spine shoulder'],
    ['left elbow', 'left shoulder'],
    ['left wrist', 'left elbow'],
    ['left hand', 'left wrist'],
    ['right shoulder', 'spine shoulder'],
    ['right elbow', 'right shoulder'],
    ['right wrist', 'right elbow'],
    ['right hand', 'right wrist'],
    ['left hip', 'spine base'],
    ['left knee', 'left hip'],
    ['left ankle', 'left knee'],
    ['left foot', 'left ankle'],
    ['right hip', 'spine base'],
    ['right knee', 'right hip'],
    ['right ankle', 'right knee'],
    ['right foot', 'right ankle'],
    ['spine shoulder', 'spine shoulder'],
    ['left hand tip', 'left thumb'],
    ['left thumb', 'left hand'],
    ['right hand tip', 'right thumb'],
    ['right thumb', 'right hand'],
  ],
});

/** The 20 joints of Kinect v1, as in NW-UCLA and (reordered) UTD-MHAD. */
export const kinectV1: BuiltInLayout = layoutFrom({
  name: 'kinect-v1',
  root: 'shoulder centre',
  spine: { from: 'hip centre', to: 'spine', center: 'spine' },
  joints: [
    ['hip centre', 'spine'],
    ['spine', 'shoulder centre'],
    ['shoulder centre', 'shoulder centre'],
    ['head', 'shoulder centre'],
    ['left shoulder', 'shoulder centre'],
    ['left elbow', 'left shoulder'],
    ['left wrist', 'left elbow'],
    ['left hand', 'left wrist'],
    ['right shoulder', 'shoulder centre'],
    ['right elbow', 'right shoulder'],
    ['right wrist', 'right elbow'],
    ['right hand', 'right wrist'],
    ['left hip', 'hip centre'],
    ['left knee', 'left hip'],
    ['left ankle', 'left knee'],
    ['left foot', 'left ankle'],
    ['right hip', 'hip centre'],
    ['right knee', 'right hip'],
    ['right ankle', 'right knee'],
    ['right foot', 'right ankle'],
  ],
});
