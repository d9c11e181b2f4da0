import { type Clip, createClip, type Layout } from '@halp/skeleton';

const middle: Readonly<Record<string, readonly [x: number, y: number]>> = {
  head: [0, 1.6],
  nose: [0, 1.6],
  neck: [0, 1.45],
  'shoulder centre': [0, 1.4],
  'spine shoulder': [0, 1.4],
  spine: [0, 1.2],
  'spine mid': [0, 1.2],
  'spine base': [0, 0.95],
  'hip centre': [0, 0.95],
};

const left: Readonly<Record<string, readonly [x: number, y: number]>> = {
  eye: [0.03, 1.63],
  'eye inner': [0.02, 1.63],
  'eye outer': [0.04, 1.63],
  ear: [0.07, 1.61],
  mouth: [0.03, 1.56],
  shoulder: [0.2, 1.38],
  elbow: [0.25, 1.1],
  wrist: [0.27, 0.85],
  hand: [0.27, 0.78],
  'hand tip': [0.27, 0.7],
  thumb: [0.24, 0.76],
  pinky: [0.29, 0.74],
  index: [0.26, 0.72],
  hip: [0.1, 0.9],
  knee: [0.11, 0.5],
  ankle: [0.12, 0.1],
  foot: [0.12, 0.05],
  heel: [0.12, 0.05],
  'foot index': [0.12, 0.03],
};

/**
 * A clip of persons who stand side by side, 1.2 m apart, y up, facing z, x to their left; the first
 * one's right hand rises by 0.01 m a frame.
 */
export function standing(layout: Layout, frames: number, persons = 1): Clip {
  const [V, M] = [layout.joints.length, persons];
  const clip = createClip([3, frames, V, M]);
  for (let t = 0; t < frames; t++) {
    for (const [v, joint] of layout.joints.entries()) {
      for (let m = 0; m < M; m++) {
        const [side, name] = [joint.split(' ')[0]!, joint.split(' ').slice(1).join(' ')];
        const [x, y] = (side === 'left' || side === 'right' ? left[name] : middle[joint])!;
        const lift = m === 0 && joint === 'right wrist' ? 0.01 * t : 0;
        const forward = /foot|toe/.test(joint) ? 0.15 : 0.02;
        const point = [(side === 'right' ? -x : x) + 1.2 * m, y + lift, forward];
        for (let c = 0; c < 3; c++) clip.data[((c * frames + t) * V + v) * M + m] = point[c]!;
      }
    }
  }
  return clip;
}

/** The clip with every coordinate of a person, or of a person in a frame, at zero. */
export function without(clip: Clip, person: number, frame?: number): Clip {
  const [, T, V, M] = clip.shape;
  const data = clip.data.map((value, i) => {
    const t = Math.floor(i / (V * M)) % T;
    return i % M === person && (frame === undefined || t === frame) ? 0 : value;
  });
  return createClip(clip.shape, data);
}
