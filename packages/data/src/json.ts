import { FormatError } from '@halp/files';
import { jsonErrorOffset } from './json-offset.ts';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object that a JSON file holds.
 *
 * @throws FormatError if the bytes are not UTF-8, not JSON, or another kind of value.
 */
export function parseJsonObject(bytes: Uint8Array, path: string): JsonObject {
  const value = parseJson(bytes, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(path, `expected a JSON object, got ${kindOf(value)}`, 0);
  }
  return value as JsonObject;
}

/** What a JSON value is, for an error message: its kind, and the value itself where it is short. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/**
 * The value that a JSON file holds.
 *
 * @throws FormatError if the bytes are not UTF-8, or not JSON.
 */
export function parseJson(bytes: Uint8Array, path: string): unknown {
  if (bytes.length === 0) throw new FormatError(path, 'expected JSON, got an empty file', 0);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(path, 'expected JSON in UTF-8, got other bytes');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const at = jsonErrorOffset(text) ?? 0;
    // Nothing, a part of a word or number, or a string without its end.
    const cut = /^([-+.\w]*|"[^"]*)$/.test(text.slice(at));
    const got = cut ? 'its end; the file is truncated' : JSON.stringify(text[at]);
    const offset = new TextEncoder().encode(text.slice(0, at)).length;
    throw new FormatError(path, `expected JSON to go on, got ${got}`, offset);
  }
}
