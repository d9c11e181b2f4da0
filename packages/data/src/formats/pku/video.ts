import { type Expected, FormatError, readAs, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { type Clip, createClip, kinectV2 } from '@halp/skeleton';
import { wrongField } from '../../text/line-reader.ts';
import { afterMark, numberIn, NumeralReader, textOf } from '../../text/number-parser.ts';

const SKELETON: Expected = { expected: 'a text of a skeleton', own: [] };
const PERSONS = 2;
const V = kinectV2.joints.length;
const NUMBERS = PERSONS * V * 3;
/** A digit and a blank or line end for each number. */
const MIN_BYTES_PER_FRAME = 2 * NUMBERS;
const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];

/**
 * The recording in the bytes of a PKU-MMD skeleton text: `[3, T, 25, 2]` in metres, the joints of
 * `kinectV2`; zeros where there is no second person.
 *
 * The text has a line (LF or CRLF) for each frame with 150 numbers: x, y, z of the 25 joints of the first person, then of the
 * second.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if a line has more or fewer numbers, a number is not finite in float32, or there is no line.
 */
export function parsePkuVideo(input: TextBytes, path: string): Clip {
  const bytes = textFileBytes('parsePkuVideo', input);
  return readAs(bytes, path, SKELETON, () => clipOf(bytes, path));
}

function clipOf(bytes: Uint8Array, path: string): Clip {
  const most = Math.floor((bytes.length + 1) / MIN_BYTES_PER_FRAME);
  const values = new Float32Array(most * NUMBERS);
  const numerals = new NumeralReader(bytes);
  let [T, start] = [0, afterMark(bytes)];
  for (; start < bytes.length && !isBlankFrom(bytes, start); T++) {
    const end = T < most ? readFrame(bytes, start, numerals, values, T * NUMBERS) : undefined;
    if (end === undefined) throw frameError(bytes, start, T + 1, path);
    start = end;
  }
  if (T === 0) throw new FormatError(path, 'expected a line for each frame, got none', 0);
  const clip = createClip([3, T, V, PERSONS]);
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < NUMBERS; i++) {
      const [person, joint, channel] = [Math.floor(i / (3 * V)), Math.floor(i / 3) % V, i % 3];
      const at = ((channel * T + t) * V + joint) * PERSONS + person;
      clip.data[at] = values[t * NUMBERS + i] as number;
    }
  }
  return clip;
}

/** Reads a line into `out`. @returns The start of the next line; undefined if this line is invalid. */
function readFrame(
  bytes: Uint8Array,
  start: number,
  numerals: NumeralReader,
  out: Float32Array,
  at: number,
): number | undefined {
  let place = skipBlanks(bytes, start);
  for (let i = 0; i < NUMBERS; i++) {
    numerals.position = place;
    const value = Math.fround(numerals.next());
    if (!Number.isFinite(value)) return undefined;
    out[at + i] = value;
    const after = numerals.position;
    place = skipBlanks(bytes, after);
    if (place === after && i < NUMBERS - 1) return undefined;
  }
  if (bytes[place] === CR) place++;
  return place >= bytes.length ? place : bytes[place] === LF ? place + 1 : undefined;
}

function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === SPACE || bytes[at] === TAB) at++;
  return at;
}

function isBlankFrom(bytes: Uint8Array, start: number): boolean {
  let at = start;
  while (bytes[at] === LF || bytes[at] === CR || bytes[at] === SPACE || bytes[at] === TAB) at++;
  return at >= bytes.length;
}

/** The error of an invalid line. */
function frameError(bytes: Uint8Array, start: number, number: number, path: string): FormatError {
  const found = bytes.indexOf(LF, start);
  const end = found < 0 ? bytes.length : found;
  const fields = textOf(bytes, start, end)
    .split(/[ \t\r]+/)
    .filter((field) => field !== '');
  if (fields.length !== NUMBERS) {
    const got = fields.length === 0 ? 'an empty line' : `${fields.length}`;
    const advice = found < 0 && fields.length < NUMBERS ? '; the file is truncated' : '';
    const problem = `line ${number}: expected a frame of ${NUMBERS} numbers, got ${got}${advice}`;
    return new FormatError(path, problem, start);
  }
  const odd = fields.find((field) => !isCoordinate(field)) ?? '';
  const line = { fields, number, offset: start, end };
  return wrongField(line, path, 'a finite coordinate', odd);
}

function isCoordinate(text: string): boolean {
  return Number.isFinite(Math.fround(numberIn(text)));
}
