import { FormatError } from '@halp/files';

/** The value of a JSON text. */
export function parseJson(text: string, path: string, place = ''): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new FormatError(path, `${place}expected JSON, got ${problem}`);
  }
}

/** Whether a value is an object or an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
