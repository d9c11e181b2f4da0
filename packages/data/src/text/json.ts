import { type Expected, FormatError, readAs } from '@halp/files';
import { jsonErrorOffset } from './json-offset.ts';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object and no list. */
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

/** What a JSON value is, for an error message: its kind, and the value itself where it is short. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  // JSON.stringify calls NaN null.
  const text =
    value === undefined
      ? 'nothing'
      : typeof value === 'number'
        ? String(value)
        : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const JSON_TEXT: Expected = { expected: 'JSON', own: ['json'] };
/** No JSON file has a text that starts so. */
const MARK = '\u0000';
const NUMBERS: ReadonlyMap<unknown, number> = new Map(
  [NaN, Infinity, -Infinity].map((number) => [`${MARK}${number}`, number]),
);

/**
 * What Python's `json` has written, which has NaN, Infinity and -Infinity among its numbers; undefined if it is no JSON
 * besides that. Slow, and only for files that are refused else.
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
 * The value that a JSON file holds; NaN, Infinity and -Infinity, which Python writes, are read as such, so that whoever
 * asks for a number says which it is not.
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
    // Nothing, a part of a word or number, or a string without its end.
    const cut = /^([-+.\w]*|"[^"]*)$/.test(text.slice(at));
    const got = cut ? 'its end; the file is truncated' : JSON.stringify(text[at]);
    const offset = new TextEncoder().encode(text.slice(0, at)).length;
    throw new FormatError(path, `expected JSON to go on, got ${got}`, offset);
  }
}
