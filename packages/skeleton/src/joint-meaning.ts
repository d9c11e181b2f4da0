/** Weights by point of the body; they sum to 1. */
type Combination = Readonly<Record<string, number>>;

/**
 * The point of the body that a joint marks, comparable between layouts: its name, except where layouts
 * use one name for two points or two names for one.
 */
export function meaningOf(joint: string, layout: string): string {
  // OpenPose's neck is annotated between the shoulders; Kinect's is above them.
  if (layout === 'openpose-18' && joint === 'neck') return 'between shoulders';
  if (layout === 'kinect-v1') return kinectV1Meanings[joint] ?? joint;
  if (layout === 'mediapipe-33' && joint.endsWith(' foot index')) return joint.slice(0, -6);
  return joint;
}

const kinectV1Meanings: Readonly<Record<string, string>> = {
  'hip centre': 'spine base',
  spine: 'spine mid',
  'shoulder centre': 'spine shoulder',
};

/** The combinations of joints for a point of the body, best first; the first is the joint itself. */
export function combinationsFor(meaning: string): readonly Combination[] {
  return [{ [meaning]: 1 }, ...(between[meaning] ?? [])];
}

const betweenShoulders: Combination = { 'left shoulder': 1 / 2, 'right shoulder': 1 / 2 };

/**
 * Weights along the spine are least-squares fits to real Kinect v2 frames. The neck is at 0.35 of the
 * segment from the spine at the shoulders to the head, and at 0.47 of that from the middle of the shoulders
 * to the middle of the ears. The middle of the spine is at 0.59 of the segment from the middle of the hips
 * to the middle of the shoulders.
 */
const between: Readonly<Record<string, readonly Combination[]>> = {
  'between shoulders': [betweenShoulders],
  'spine shoulder': [{ 'between shoulders': 1 }, betweenShoulders],
  'spine base': [{ 'left hip': 1 / 2, 'right hip': 1 / 2 }],
  'spine mid': [
    { 'left hip': 0.205, 'right hip': 0.205, 'left shoulder': 0.295, 'right shoulder': 0.295 },
  ],
  neck: [
    { 'spine shoulder': 0.65, head: 0.35 },
    { 'left shoulder': 0.265, 'right shoulder': 0.265, 'left ear': 0.235, 'right ear': 0.235 },
  ],
  head: [{ 'left ear': 1 / 2, 'right ear': 1 / 2 }],
  'left hand': [{ 'left wrist': 1 / 3, 'left index': 1 / 3, 'left pinky': 1 / 3 }],
  'right hand': [{ 'right wrist': 1 / 3, 'right index': 1 / 3, 'right pinky': 1 / 3 }],
};
