import { type Expected, FormatError, readAs, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { quoted } from '../../text/line-reader.ts';
import { afterMark, numberIn, textOf } from '../../text/number-parser.ts';
import { pkuClasses } from './classes.ts';

const LABELS: Expected = { expected: 'a text of labels', own: [] };
const SPLIT: Expected = { expected: 'a text of a split', own: [] };

/** An action in a video of PKU-MMD. */
export interface PkuLabel {
  /** The action, 1 to 51; its class plus 1. */
  readonly action: number;
  /** Its first frame, from 0. */
  readonly start: number;
  /** The frame after its last one; not checked against the video or `start`. */
  readonly end: number;
  /** The annotators' rating of the performance. */
  readonly confidence: number;
}

/** An invalid line of a label text. */
export interface PkuLabelProblem {
  /** The expected and the actual value, with file and line. */
  readonly problem: string;
}

/**
 * The actions in the bytes of a PKU-MMD label text: `action,start,end,confidence` on each line, integers
 * or floats with integer values.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if a line does not have four numbers, an action is not in 1 to 51, a frame is not an integer, or there
 * is no line.
 */
export function parsePkuLabels(input: TextBytes, path: string): readonly PkuLabel[] {
  const bytes = textFileBytes('parsePkuLabels', input);
  return readAs(bytes, path, LABELS, () => labelsOf(bytes, path));
}

function labelsOf(bytes: Uint8Array, path: string): readonly PkuLabel[] {
  return linesOf(bytes, path, (error) => {
    throw error;
  });
}

/**
 * As {@link parsePkuLabels}, with a problem in place of each invalid line.
 *
 * @throws FormatError if there is no line.
 */
export function readPkuLabels(
  bytes: Uint8Array,
  path: string,
): readonly (PkuLabel | PkuLabelProblem)[] {
  return readAs(bytes, path, LABELS, () => {
    const problems: FormatError[] = [];
    const labels = linesOf(bytes, path, (error) => {
      problems.push(error);
      return { problem: error.message };
    });
    // So that a file of another format is reported as such.
    if (problems.length === labels.length && problems[0] !== undefined) throw problems[0];
    return labels;
  });
}

function linesOf<Problem>(
  bytes: Uint8Array,
  path: string,
  onProblem: (error: FormatError) => Problem,
): readonly (PkuLabel | Problem)[] {
  const labels: (PkuLabel | Problem)[] = [];
  let offset = afterMark(bytes);
  for (const [index, line] of textOf(bytes, offset, bytes.length).split('\n').entries()) {
    if (line.trim() !== '') {
      const label = parseLabel(line, index + 1, path, offset);
      labels.push(label instanceof FormatError ? onProblem(label) : label);
    }
    offset += line.length + 1;
  }
  if (labels.length === 0)
    throw new FormatError(path, 'expected a line for each action, got none', 0);
  return labels;
}

function parseLabel(
  line: string,
  number: number,
  path: string,
  offset: number,
): PkuLabel | FormatError {
  const wrong = (wanted: string, got: string): FormatError =>
    new FormatError(path, `line ${number}: expected ${wanted}, got ${quoted(got)}`, offset);
  const fields = line.split(',').map((field) => field.trim());
  if (fields.length !== 4) return wrong('action,start,end,confidence', line.trim());
  const [action, start, end, confidence] = fields.map(numberIn) as [number, number, number, number];
  if (!Number.isInteger(action) || action < 1 || action > pkuClasses.length) {
    return wrong(`an action from 1 to ${pkuClasses.length}`, fields[0] as string);
  }
  if (!Number.isSafeInteger(start)) return wrong('a first frame', fields[1] as string);
  if (!Number.isSafeInteger(end)) return wrong('a frame after the last', fields[2] as string);
  if (!Number.isFinite(confidence)) return wrong('a confidence', fields[3] as string);
  return { action, start, end, confidence };
}

/** The videos of a split of PKU-MMD, by name. */
export interface PkuSplit {
  /** The training videos. */
  readonly train: readonly string[];
  /** The listed validation videos, possibly none. */
  readonly validation: readonly string[];
}

/**
 * The lists in the bytes of a PKU-MMD split text, such as cross_subject_v2.txt: a heading, the training videos in one line, a
 * heading, the validation videos in one line; names such as 0002-L or A10N08-L, separated by commas.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the second line is missing or empty, or a name is invalid or in both lists.
 */
export function parsePkuSplit(input: TextBytes, path: string): PkuSplit {
  const bytes = textFileBytes('parsePkuSplit', input);
  return readAs(bytes, path, SPLIT, () => splitOf(bytes, path));
}

function splitOf(bytes: Uint8Array, path: string): PkuSplit {
  const lines = textOf(bytes, afterMark(bytes), bytes.length).split('\n');
  const train = namesOf(lines, 1, path);
  if (train.length === 0) {
    throw new FormatError(path, 'line 2: expected the training videos, got none', 0);
  }
  const validation = namesOf(lines, 3, path);
  const both = new Set(train);
  const twice = validation.find((name) => both.has(name));
  if (twice !== undefined) {
    throw new FormatError(path, `expected each video in one list, got ${twice} in both`);
  }
  return { train, validation };
}

function namesOf(lines: readonly string[], index: number, path: string): readonly string[] {
  const names = (lines[index] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const odd = names.find((name) => !/^[A-Za-z0-9]+-[LMR]$/i.test(name));
  if (odd !== undefined) {
    const offset = lines.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0);
    const problem = `line ${index + 1}: expected names like A10N08-L, got ${quoted(odd)}`;
    throw new FormatError(path, problem, offset);
  }
  return names.map((name) => name.toUpperCase());
}
