import { FormatError, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { type Clip, createClip } from '@halp/skeleton';
import { kindOf, parseJson } from '../../text/json.ts';
import { float32In, listIn } from '../../text/json-values.ts';
import { type ClipSize, expectClipSize, requireFrames } from './clip-size.ts';

/**
 * The clip in the bytes of a JSON file: `[3, T, V, M]`.
 *
 * The file is a list of frames. A frame is a list of joints `[V][3]`, or a list of up to M persons `[M][V][3]`; missing
 * persons are zero.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the file is not JSON, a list has another length, or a coordinate is not a finite number.
 */
export function parseClipJson(input: TextBytes, path: string, size: ClipSize): Clip {
  const bytes = textFileBytes('parseClipJson', input);
  expectClipSize('parseClipJson', size);
  return clipOfJson(parseJson(bytes, path), path, size);
}

/**
 * The clip of the value of such a file, see {@link parseClipJson}: `[3, T, V, M]`.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if a list has another length, or a coordinate is not a finite number.
 */
export function clipOfJson(file: unknown, path: string, size: ClipSize): Clip {
  expectClipSize('clipOfJson', size);
  if (!Array.isArray(file)) {
    throw new FormatError(path, `expected a list of frames, got ${kindOf(file)}`, 0);
  }
  requireFrames(file.length, path);
  const { joints: V, persons: M } = size;
  const T = file.length;
  const frames = file.map((frame, t) => personsIn(frame, `frame ${t}`, path, M));
  const clip = createClip([3, T, V, M]);
  frames.forEach((persons, t) => {
    persons.forEach((person, m) => {
      const place = M === 1 ? `frame ${t}` : `person ${m} of frame ${t}`;
      listIn(person, V, place, path).forEach((joint, v) => {
        const coordinates = listIn(joint, 3, `joint ${v} of ${place}`, path);
        coordinates.forEach((value, c) => {
          clip.data[((c * T + t) * V + v) * M + m] = float32In(
            value,
            `coordinate ${c} of joint ${v} of ${place}`,
            path,
          );
        });
      });
    });
  });
  return clip;
}

/** The persons of a frame. @throws FormatError if there are too many. */
function personsIn(value: unknown, place: string, path: string, most: number): readonly unknown[] {
  const frame = listIn(value, undefined, place, path);
  const persons = personsOf(frame);
  if (persons.length > most) {
    const problem = `${place}: expected ${most === 1 ? 'one person' : `at most ${most} persons`}, got ${persons.length}; set "persons": ${persons.length}`;
    throw new FormatError(path, problem);
  }
  return persons;
}

/** The persons of a frame, which is a list of persons or a single person. */
function personsOf(frame: readonly unknown[]): readonly unknown[] {
  const first: unknown = frame[0];
  const isPerson = Array.isArray(first) && Array.isArray(first[0]);
  return frame.length === 0 || isPerson ? frame : [frame];
}

/** The joints of the first person in these frames (undefined without a person), and the maximum of persons in a frame, at least 1. */
export function jsonClipSize(frames: readonly unknown[]): {
  readonly joints: number | undefined;
  readonly persons: number;
} {
  const persons = frames.map((frame) => (Array.isArray(frame) ? personsOf(frame) : []));
  const first = persons.flat().find(Array.isArray) as readonly unknown[] | undefined;
  return {
    joints: first?.length,
    persons: persons.reduce((most, { length }) => Math.max(most, length), 1),
  };
}
