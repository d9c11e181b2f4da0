import { FormatError, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { type Clip, createClip, openpose18 } from '@halp/skeleton';
import { kindOf, parseJsonObject } from '../../text/json.ts';
import { float32In, isCount, listIn, objectIn } from '../../text/json-values.ts';

const V = openpose18.joints.length;
/** The window of ST-GCN's feeder, and the length of the longest video at 30 frames a second. */
const MAX_FRAMES = 300;
/** Persons that are considered in a frame: the first five. */
const CANDIDATES = 5;
const PERSONS = 2;

/** The contents of a file of Kinetics-skeleton. */
export interface KineticsFile {
  /** The class, 0 to 399. */
  readonly label: number;
  /**
   * `[3, T, 18, 2]`, T at most 300: x and y of the image, from -0.5 to 0.5, to the right and up, and the
   * score of each joint, 0 to 1, as the third channel. The joints of `openpose18`.
   */
  readonly clip: Clip;
}

/**
 * The clip in the bytes of a Kinetics-skeleton JSON file, as ST-GCN's feeder reads it:
 * `{"data": [{"frame_index", "skeleton": [{"pose": [x, y, ...], "score": [...]}, ...]}], "label_index"}`,
 * with 18 joints, x and y from 0 to 1 and y downwards.
 *
 * x becomes x - 0.5 and y becomes 0.5 - y; a joint with score 0 is zero. Of the first five persons of a frame, the two with
 * the largest mean score are kept, the larger first, so a person may change slots between frames. A frame is stored at its
 * frame_index, which counts from 1 in the released files; missing frames are zero, and frames from 300 are dropped.
 *
 * Source: the feeder for Kinetics of the ST-GCN repository (Yan et al., AAAI 2018).
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the file is not JSON, a field is missing, a person does not have 18 joints with finite numbers, or a
 * frame_index occurs twice.
 */
export function parseKinetics(input: TextBytes, path: string): KineticsFile {
  const bytes = textFileBytes('parseKinetics', input);
  const file = parseJsonObject(bytes, path);
  const label = file['label_index'];
  if (!isCount(label)) {
    throw new FormatError(path, `label_index: expected a class, got ${kindOf(label)}`);
  }
  const frames = listIn(file['data'], undefined, 'data', path).map((frame, i) =>
    readFrame(frame, `data ${i}`, path),
  );
  if (frames.length === 0) throw new FormatError(path, 'expected at least one frame, got none');
  const seen = new Set<number>();
  for (const { index } of frames) {
    if (seen.has(index)) {
      throw new FormatError(path, `expected each frame_index once, got ${index} twice`);
    }
    seen.add(index);
  }
  const T = Math.min(MAX_FRAMES, 1 + frames.reduce((most, { index }) => Math.max(most, index), 0));
  const clip = createClip([3, T, V, PERSONS]);
  for (const { index, persons } of frames) {
    if (index < T) persons.forEach((person, m) => place(clip, index, m, person));
  }
  return { label, clip };
}

interface Person {
  /** x, y of joint 0, x, y of joint 1, and so on. */
  readonly pose: readonly number[];
  readonly score: readonly number[];
}

function readFrame(
  value: unknown,
  where: string,
  path: string,
): { readonly index: number; readonly persons: readonly Person[] } {
  const frame = objectIn(value, where, path);
  const index = frame['frame_index'];
  if (!isCount(index)) {
    const problem = `${where}: expected a frame_index of at least 0, got ${kindOf(index)}`;
    throw new FormatError(path, problem);
  }
  const persons = listIn(frame['skeleton'], undefined, `skeleton of ${where}`, path)
    .slice(0, CANDIDATES)
    .map((person, m) => readPerson(person, `person ${m} of ${where}`, path))
    .map((person) => ({ person, total: person.score.reduce((sum, score) => sum + score, 0) }))
    .sort((a, b) => b.total - a.total)
    .slice(0, PERSONS)
    .map(({ person }) => person);
  return { index, persons };
}

function readPerson(value: unknown, place: string, path: string): Person {
  const person = objectIn(value, place, path);
  const numbers = (key: string, count: number): readonly number[] =>
    listIn(person[key], count, `${key} of ${place}`, path).map((number, i) => {
      float32In(number, `${key} ${i} of ${place}`, path);
      return number as number;
    });
  return { pose: numbers('pose', 2 * V), score: numbers('score', V) };
}

function place(clip: Clip, t: number, m: number, { pose, score }: Person): void {
  const T = clip.shape[1];
  for (let v = 0; v < V; v++) {
    if (score[v] === 0) continue;
    const [x, y] = [pose[2 * v] as number, pose[2 * v + 1] as number];
    [x - 0.5, 0.5 - y, score[v] as number].forEach((number, c) => {
      clip.data[((c * T + t) * V + v) * PERSONS + m] = number;
    });
  }
}
