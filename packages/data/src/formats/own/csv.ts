import { type Expected, FormatError, readAs, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { type Clip, createClip } from '@halp/skeleton';
import { quoted } from '../../text/line-reader.ts';
import { afterMark, numberIn, textOf } from '../../text/number-parser.ts';
import { type ClipSize, expectClipSize, requireFrames } from './clip-size.ts';

const CSV: Expected = { expected: 'a CSV text', own: [] };
const missing = /^[+-]?(nan|inf|infinity|null|none|na)$/i;

/**
 * The clip in the bytes of a CSV file: `[3, T, V, M]`.
 *
 * A line for each frame with numbers that are separated by commas, semicolons, tabs or spaces: x, y, z of each joint in
 * order, person by person; the same number of columns for every frame. Leading lines that begin with # are skipped, and so
 * is a header line, in which every field has a letter and is not a number.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if a line has another number of columns, or a field is not a finite number.
 */
export function parseClipCsv(input: TextBytes, path: string, size: ClipSize): Clip {
  const bytes = textFileBytes('parseClipCsv', input);
  expectClipSize('parseClipCsv', size);
  return readAs(bytes, path, CSV, () => clipOf(bytes, path, size));
}

function clipOf(bytes: Uint8Array, path: string, size: ClipSize): Clip {
  const rows = rowsOf(bytes, path);
  const first = firstRow(rows, path);
  const persons = personsOf(first, path, size);
  const frames = first.fields.every(isName) ? rows.slice(1) : rows;
  if (frames.length === 0) {
    throw new FormatError(path, 'expected a line for each frame, got only a header', first.offset);
  }
  requireFrames(frames.length, path);
  const V = size.joints;
  const [T, M] = [frames.length, size.persons];
  const clip = createClip([3, T, V, M]);
  frames.forEach((row, t) => {
    const { fields, number, offset } = row;
    if (fields.length !== first.fields.length) {
      const wanted = `${first.fields.length} numbers as in line ${first.number}`;
      const problem = `line ${number}: expected ${wanted}, got ${fields.length}`;
      throw new FormatError(path, problem, offset);
    }
    for (let i = 0; i < 3 * V * persons; i++) {
      const [m, v, c] = [Math.floor(i / (3 * V)), Math.floor(i / 3) % V, i % 3];
      clip.data[((c * T + t) * V + v) * M + m] = coordinateOf(row, i, path);
    }
  });
  return clip;
}

/**
 * The number of columns of the first line, its line number from 1, the byte at which it starts, and whether the file has a
 * row for each joint.
 *
 * @throws FormatError if there is no line.
 */
export function csvColumns(
  bytes: Uint8Array,
  path: string,
): {
  readonly columns: number;
  readonly line: number;
  readonly offset: number;
  readonly rowPerJoint: boolean;
} {
  const { fields, number, offset } = firstRow(rowsOf(bytes, path), path);
  return { columns: fields.length, line: number, offset, rowPerJoint: isRowPerJoint(fields) };
}

/** What to do about a file with a row for each joint. */
export const ROW_PER_JOINT =
  'one row is one frame, with x, y, z of all joints in the order of the layout, not one joint: see docs/guides/add-a-data-set.md';

/** Whether the first row shows a row for each joint: a column named so, or x, y, z with at most a frame, a joint and a person. */
function isRowPerJoint(fields: readonly string[]): boolean {
  const named = fields.some((field) =>
    /^(joint|keypoint|landmark)([ _-]?(id|index|name|nr|no))?s?$/i.test(field),
  );
  return named || (fields.length >= 3 && fields.length <= 6);
}

function firstRow([first]: readonly Row[], path: string): Row {
  if (first !== undefined) return first;
  throw new FormatError(path, 'expected a line for each frame, got an empty file', 0);
}

interface Row {
  readonly fields: readonly string[];
  /** From 1. */
  readonly number: number;
  /** The byte at which it starts. */
  readonly offset: number;
}

function rowsOf(bytes: Uint8Array, path: string): readonly Row[] {
  const start = afterMark(bytes);
  const lines = textOf(bytes, start, bytes.length).trimEnd().split('\n');
  const rows: Row[] = [];
  const separator = separatorOf(lines);
  let offset = start;
  for (const [index, line] of lines.entries()) {
    if (rows.length === 0 && line.startsWith('#')) {
      offset += line.length + 1;
      continue;
    }
    if (line.trim() === '' && (index > 0 || lines.length > 1)) {
      const advice = 'write a frame without a person as a line of zeros';
      const problem = `line ${index + 1}: expected a frame, got an empty line; ${advice}`;
      throw new FormatError(path, problem, offset);
    }
    const fields = line
      .trim()
      .split(separator)
      .map((field) => field.trim());
    if (line.trim() !== '') rows.push({ fields, number: index + 1, offset });
    offset += line.length + 1;
  }
  return rows;
}

/** The separator of the numbers: the first of semicolon, comma, tab and spaces that the first line contains. */
function separatorOf(lines: readonly string[]): string | RegExp {
  const line = lines.find((text) => text.trim() !== '' && !text.startsWith('#'))?.trim() ?? '';
  // With semicolons as separators, a comma is a decimal comma.
  return [';', ',', '\t'].find((separator) => line.includes(separator)) ?? /\s+/;
}

function isNumeral(field: string): boolean {
  return !Number.isNaN(numberIn(field));
}

function isName(field: string): boolean {
  return /[A-Za-z]/.test(field) && !isNumeral(field) && !missing.test(field);
}

/** The number of persons in a line. */
function personsOf({ fields, number, offset }: Row, path: string, size: ClipSize): number {
  const { joints, persons } = size;
  const columns = fields.length;
  const found = columns / (3 * joints);
  if (Number.isInteger(found) && found <= persons) return found;
  const most = persons === 1 ? '' : ` for each of 1 to ${persons} persons`;
  const wanted = `${3 * joints} columns (x, y, z of ${joints} joints)${most}`;
  const advice = Number.isInteger(found)
    ? `; for ${found} persons set "persons": ${found}`
    : columns === 1
      ? '; separate numbers by commas'
      : isRowPerJoint(fields)
        ? `; ${ROW_PER_JOINT}`
        : '; leave out columns such as a frame number or a time';
  const problem = `line ${number}: expected ${wanted}, got ${columns}${advice}`;
  throw new FormatError(path, problem, offset);
}

function coordinateOf({ fields, number, offset }: Row, i: number, path: string): number {
  const field = fields[i] as string;
  const value = Math.fround(numberIn(field));
  if (Number.isFinite(value)) return value;
  const advice =
    field === '' || missing.test(field)
      ? '; write 0,0,0 for a joint that was not detected'
      : field.includes(',') && isNumeral(field.replace(',', '.'))
        ? '; write decimal fractions with a point'
        : '';
  const problem = `line ${number}, column ${i + 1}: expected a finite number, got ${quoted(field)}${advice}`;
  throw new FormatError(path, problem, offset);
}
