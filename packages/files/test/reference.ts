import { readFileSync } from 'node:fs';
import type { DType } from '@halp/files';

/** An array as another library wrote it; the numbers as text, because not all of them are doubles. */
export interface ReferenceArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly string[];
}

/** Files written by other libraries; see `fixtures/README.md`. */
export interface Reference {
  readonly npy: readonly (ReferenceArray & { readonly base64: string })[];
  readonly version2: string;
  readonly stored: readonly (ReferenceArray & { readonly base64: string })[];
  readonly npz: { readonly stored: string; readonly compressed: string };
  readonly pickles: readonly {
    readonly numpy: string;
    readonly protocol: number;
    readonly base64: string;
  }[];
  readonly python2: string;
  readonly refused: Readonly<Record<string, string>>;
  readonly safetensors: {
    readonly base64: string;
    readonly metadata: Readonly<Record<string, string>>;
    readonly tensors: Readonly<Record<string, ReferenceArray>>;
  };
}

export const reference = JSON.parse(
  readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8'),
) as Reference;

/** The bytes of a base64 text. */
export function decodeBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** Numbers as the texts of the fixtures, for an exact comparison. */
export function asTexts(data: ArrayLike<number | bigint>, dtype: DType): string[] {
  const numbers = Array.from(data);
  // Python prints a float32 as the double that it equals, so that both sides become doubles again.
  return numbers.map((value) =>
    dtype.startsWith('float') ? String(Number(value)) : String(value),
  );
}
