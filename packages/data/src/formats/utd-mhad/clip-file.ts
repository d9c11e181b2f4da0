import { type Bytes, FormatError, parseMat, toNumbers } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import { expectText } from '@halp/random/check';
import { type Clip, createClip, kinectV1 } from '@halp/skeleton';
import type { Part } from '../../prepared/manifest.ts';

/** The 27 classes of UTD-MHAD in the order of its actions a1 to a27 (here 0 to 26). */
export const utdMhadClasses: readonly string[] = [
  'right arm swipe to the left',
  'right arm swipe to the right',
  'right hand wave',
  'two hand front clap',
  'right arm throw',
  'cross arms in the chest',
  'basketball shoot',
  'right hand draw x',
  'right hand draw circle (clockwise)',
  'right hand draw circle (counter clockwise)',
  'draw triangle',
  'bowling (right hand)',
  'front boxing',
  'baseball swing from right',
  'tennis right hand forehand swing',
  'arm curl (two arms)',
  'tennis serve',
  'two hand push',
  'right hand knock on door',
  'right hand catch an object',
  'right hand pick up and throw',
  'jogging in place',
  'walking in place',
  'sit to stand',
  'stand to sit',
  'forward lunge (left foot forward)',
  'squat (two arms stretch out)',
];

/** The number of clips of the complete UTD-MHAD: odd subjects for training, even subjects for testing. */
export const utdMhadCounts: Readonly<Record<Part, number>> = { train: 431, test: 430 };

/** The facts in the name of a UTD-MHAD file, such as a27_s8_t4_skeleton. */
export interface UtdMhadName {
  /** The class, 0 to 26. */
  readonly label: number;
  /** The performer, 1 to 8. */
  readonly subject: number;
  /** The trial of the performer, 1 to 4. */
  readonly trial: number;
}

/** The facts in a name without extension; undefined for any other text. */
export function parseUtdMhadName(name: string): UtdMhadName | undefined {
  expectText('parseUtdMhadName', 'a name', name);
  const match = /^a([1-9]\d?)_s([1-8])_t([1-4])_skeleton$/i.exec(name);
  if (match === null) return undefined;
  const [action, subject, trial] = match.slice(1).map(Number) as [number, number, number];
  return action > utdMhadClasses.length ? undefined : { label: action - 1, subject, trial };
}

const VARIABLE = 'd_skel';
/** The index in the file of each joint of Kinect v1; the file starts with head, shoulders, spine and hips. */
const placeOfJoint: readonly number[] = kinectV1.joints.map((_, v) => (v < 4 ? 3 - v : v));

/**
 * The recording in the bytes of a UTD-MHAD file: `[3, T, 20, 1]` in metres, joints in the order of
 * `kinectV1`.
 *
 * The file has MATLAB's format, version 5; its variable `d_skel` is 20 joints × x, y, z × T frames.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if `parseMat` refuses the file, the variable is missing, or a coordinate is not finite in float32.
 */
export function parseUtdMhad(input: Bytes, path: string): Clip {
  const bytes = fileBytes('parseUtdMhad', input);
  const array = parseMat(bytes, path)[VARIABLE];
  if (array === undefined) {
    throw new FormatError(path, `expected a variable ${VARIABLE} of real numbers, got none`);
  }
  const V = kinectV1.joints.length;
  // MATLAB drops the last axis if there is a single frame.
  const [joints, channels, T = 1, ...more] = array.shape;
  if (joints !== V || channels !== 3 || T === 0 || more.length > 0 || !isFloat(array.dtype)) {
    const got = `${array.dtype} [${array.shape.join(', ')}]`;
    const wanted = `floats [${V}, 3, frames]`;
    throw new FormatError(path, `${VARIABLE}: expected ${wanted}, got ${got}`);
  }
  const values = toNumbers(array);
  const clip = createClip([3, T, V, 1]);
  for (let c = 0; c < 3; c++) {
    for (let t = 0; t < T; t++) {
      for (let v = 0; v < V; v++) {
        const place = placeOfJoint[v] as number;
        const value = Math.fround(values[(place * 3 + c) * T + t] as number);
        if (!Number.isFinite(value)) {
          const where = `coordinate ${c} of joint ${place} of frame ${t}`;
          throw new FormatError(path, `${where}: expected a finite number, got ${value}`);
        }
        clip.data[(c * T + t) * V + v] = value;
      }
    }
  }
  return clip;
}

function isFloat(dtype: string): boolean {
  return dtype === 'float64' || dtype === 'float32';
}
