import type { BuiltInLayout } from './layout.ts';
import { layoutFrom } from './layout-source.ts';

/**
 * The 18 joints of OpenPose's COCO model, as in Kinetics-skeleton: usually x, y in the image and a
 * confidence.
 *
 * The root is the neck, joint 1: the 17 edges of ST-GCN's graph `openpose`.
 */
export const openpose18: BuiltInLayout = layoutFrom({
  name: 'openpose-18',
  root: 'neck',
  joints: [
    ['nose', 'neck'],
    ['neck', 'neck'],
    ['right shoulder', 'neck'],
    ['right elbow', 'right shoulder'],
    ['right wrist', 'right elbow'],
    ['left shoulder', 'neck'],
    ['left elbow', 'left shoulder'],
    ['left wrist', 'left elbow'],
    ['right hip', 'right shoulder'],
    ['right knee', 'right hip'],
    ['right ankle', 'right knee'],
    ['left hip', 'left shoulder'],
    ['left knee', 'left hip'],
    ['left ankle', 'left knee'],
    ['right eye', 'nose'],
    ['left eye', 'nose'],
    ['right ear', 'right eye'],
    ['left ear', 'left eye'],
  ],
});

/**
 * The 17 keypoints of COCO, as in HRNet poses and PYSKL's 2-D files: usually x, y in the image.
 *
 * The root is the nose, joint 0: the 16 edges of PYSKL's graph `coco`. The parent of the shoulders is the
 * nose, because there is no neck.
 */
export const coco17: BuiltInLayout = layoutFrom({
  name: 'coco-17',
  root: 'nose',
  joints: [
    ['nose', 'nose'],
    ['left eye', 'nose'],
    ['right eye', 'nose'],
    ['left ear', 'left eye'],
    ['right ear', 'right eye'],
    ['left shoulder', 'nose'],
    ['right shoulder', 'nose'],
    ['left elbow', 'left shoulder'],
    ['right elbow', 'right shoulder'],
    ['left wrist', 'left elbow'],
    ['right wrist', 'right elbow'],
    ['left hip', 'left shoulder'],
    ['right hip', 'right shoulder'],
    ['left knee', 'left hip'],
    ['right knee', 'right hip'],
    ['left ankle', 'left knee'],
    ['right ankle', 'right knee'],
  ],
});

/**
 * The 33 landmarks of MediaPipe Pose (BlazePose): x, y, z in the image or, as world landmarks, in
 * metres.
 *
 * The root is the nose, landmark 0. The bones are MediaPipe's connections without those that close a cycle,
 * plus four that make it one tree: from the nose to the shoulders and to the corners of the mouth.
 */
export const mediapipe33: BuiltInLayout = layoutFrom({
  name: 'mediapipe-33',
  root: 'nose',
  joints: [
    ['nose', 'nose'],
    ['left eye inner', 'nose'],
    ['left eye', 'left eye inner'],
    ['left eye outer', 'left eye'],
    ['right eye inner', 'nose'],
    ['right eye', 'right eye inner'],
    ['right eye outer', 'right eye'],
    ['left ear', 'left eye outer'],
    ['right ear', 'right eye outer'],
    ['left mouth', 'nose'],
    ['right mouth', 'nose'],
    ['left shoulder', 'nose'],
    ['right shoulder', 'nose'],
    ['left elbow', 'left shoulder'],
    ['right elbow', 'right shoulder'],
    ['left wrist', 'left elbow'],
    ['right wrist', 'right elbow'],
    ['left pinky', 'left wrist'],
    ['right pinky', 'right wrist'],
    ['left index', 'left wrist'],
    ['right index', 'right wrist'],
    ['left thumb', 'left wrist'],
    ['right thumb', 'right wrist'],
    ['left hip', 'left shoulder'],
    ['right hip', 'right shoulder'],
    ['left knee', 'left hip'],
    ['right knee', 'right hip'],
    ['left ankle', 'left knee'],
    ['right ankle', 'right knee'],
    ['left heel', 'left ankle'],
    ['right heel', 'right ankle'],
    ['left foot index', 'left ankle'],
    ['right foot index', 'right ankle'],
  ],
});
