import { FormatError } from '@halp/files';
import { kindOf, parseJsonObject } from '../text/json.ts';

/** The name of a clip and where it was recorded. */
export interface ClipFacts {
  /** The clip's name. */
  readonly name: string;
  /** The performer. */
  readonly subject?: number | undefined;
  /** The camera or view. */
  readonly camera?: number | undefined;
  /** The recording setup. */
  readonly setup?: number | undefined;
}

const columns = ['subject', 'camera', 'setup'] as const;

/** The text of a name file: a list for each column that is known for every clip, `{"name": [...], "subject": [...], ...}`. */
export function formatNames(clips: readonly ClipFacts[]): string {
  const known = columns.filter((column) => clips.every((clip) => clip[column] !== undefined));
  const lists = (['name', ...known] as const).map((column) => [
    column,
    clips.map((clip) => clip[column]),
  ]);
  return `${JSON.stringify(Object.fromEntries(lists))}\n`;
}

/**
 * The facts in the bytes of a name file.
 *
 * @throws FormatError if the file has another form, or a column has not `count` entries.
 */
export function parseNames(bytes: Uint8Array, path: string, count: number): readonly ClipFacts[] {
  const json = parseJsonObject(bytes, path);
  const column = <T>(key: string, is: (value: unknown) => value is T): readonly T[] => {
    const list = json[key];
    if (!Array.isArray(list) || list.length !== count) {
      throw new FormatError(path, `${key}: expected a list of ${count}, got ${kindOf(list)}`);
    }
    const odd = list.findIndex((value) => !is(value));
    if (odd >= 0) {
      throw new FormatError(path, `${key}: expected names or numbers, got ${kindOf(list[odd])}`);
    }
    return list as readonly T[];
  };
  const names = column('name', isText);
  const present = columns.filter((key) => json[key] !== undefined);
  const numbers = present.map((key) => column(key, isInteger));
  return names.map((name, i) => ({
    name,
    ...Object.fromEntries(present.map((key, k) => [key, numbers[k]?.[i]])),
  }));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
