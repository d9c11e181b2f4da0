import { type Expected, FormatError, readAs } from '@halp/files';
import { jsonErrorOffset } from './json-offset.ts';

/** A JSON object with unknown fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object and not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The object that a JSON file holds.
 *
 * @throws FormatError if the bytes are not UTF-8, not JSON, or another kind of value.
 */
export function parseJsonObject(bytes: Uint8Array, path: string): JsonObject {
  const value = parseJson(bytes, path);
  if (isObject(value)) return value;
  throw new FormatError(path, `expected a JSON object, got ${kindOf(value)}`, 0);
}

/** A JSON value for an error message: its kind, or the value itself if it is short. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  // JSON.stringify writes NaN as null.
  const text =
    value === undefined
      ? 'nothing'
      : typeof value === 'number'
        ? String(value)
        : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const JSON_TEXT: Expected = { expected: 'JSON', own: ['json'] };
/** A character with which no string of a JSON file starts. */
const MARK = '\u0000';
const NUMBERS: ReadonlyMap<unknown, number> = new Map(
  [NaN, Infinity, -Infinity].map((number) => [`${MARK}${number}`, number]),
);

/**
 * The value of a JSON text with the numbers NaN, Infinity and -Infinity, which Python's `json` writes; undefined if the
 * text has other errors. Slow, and only called for files that would be refused otherwise.
 */
function parsePython(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(`${MARK}${token}`),
  );
  if (marked === text) return undefined;
  try {
    return JSON.parse(marked, (_, value: unknown) => NUMBERS.get(value) ?? value) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The value of a JSON file. NaN, Infinity and -Infinity, which Python writes, are read as such, so that the check of the
 * number can report its place.
 *
 * @throws FormatError if the bytes are not UTF-8, or not JSON.
 */
export function parseJson(bytes: Uint8Array, path: string): unknown {
  if (bytes.length === 0) throw new FormatError(path, 'expected JSON, got an empty file', 0);
  return readAs(bytes, path, JSON_TEXT, () => parseText(bytes, path));
}

function parseText(bytes: Uint8Array, path: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(path, 'expected JSON in UTF-8, got other bytes');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const value = parsePython(text);
    if (value !== undefined) return value;
    const at = jsonErrorOffset(text) ?? 0;
    // The rest is empty, a part of a word or number, or a string without its end.
    const cut = /^([-+.\w]*|"[^"]*)$/.test(text.slice(at));
    const got = cut ? 'its end; the file is truncated' : JSON.stringify(text[at]);
    const offset = new TextEncoder().encode(text.slice(0, at)).length;
    throw new FormatError(path, `expected valid JSON, got ${got}`, offset);
  }
}
