import { FormatError, parseSafetensorsHeader } from '@halp/files';
import { fileSource, type Source } from '../clip/clips.ts';
import type { NamedBytes } from '../encoder/model.ts';
import { bytesOf, expectPassstHeader } from '../limits.ts';

/** The content of a dropped file. */
export type ReadFile =
  | { readonly kind: 'recording'; readonly source: Source }
  | { readonly kind: 'encoder' | 'classifier'; readonly file: NamedBytes };

/**
 * Parses a dropped file: a recording (`.skeleton`), or an encoder or classifier (`.safetensors`).
 *
 * @throws FormatError if it is none of these or cannot be parsed.
 */
export async function readFile(file: File): Promise<ReadFile> {
  const { name } = file;
  if (/\.skeleton$/i.test(name)) {
    return { kind: 'recording', source: fileSource(await bytesOf(file), name) };
  }
  if (/\.safetensors$/i.test(name)) {
    const bytes = await bytesOf(file);
    expectPassstHeader(bytes, name);
    // Only a classifier's metadata has class names.
    const { metadata } = parseSafetensorsHeader(bytes, name);
    const kind = metadata['classes'] === undefined ? 'encoder' : 'classifier';
    return { kind, file: { name, bytes } };
  }
  throw new FormatError(
    name,
    'expected a .skeleton file, or the .safetensors file of an encoder or a classifier',
  );
}
