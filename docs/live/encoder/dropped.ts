import { FormatError, parseSafetensorsHeader } from '@halp/files';
import { fileSource } from '../clip/clips.ts';
import { bytesOf } from '../limits.ts';
import type { Query } from './answer.ts';
import type { ModelFiles, NamedBytes } from './model.ts';

/** What was in files that somebody dropped. */
export interface Dropped {
  /** A recording to ask about. */
  readonly query?: Query;
  /** An encoder, or a classifier for the one that is there. */
  readonly files?: Partial<ModelFiles>;
}

/**
 * What files are: a recording in a `.skeleton` file, an encoder or a classifier in a `.safetensors` file.
 *
 * @throws FormatError if a file is none of these, or its reader refuses it.
 */
export async function readDropped(files: readonly File[]): Promise<Dropped> {
  let result: Dropped = {};
  for (const file of files) {
    const bytes = await bytesOf(file);
    const { name } = file;
    if (/\.skeleton$/i.test(name)) {
      result = { ...result, query: fileSource(bytes, name) };
    } else if (/\.safetensors$/i.test(name)) {
      result = { ...result, files: { ...result.files, ...kindOf({ name, bytes }) } };
    } else {
      throw new FormatError(
        name,
        'expected a .skeleton file, or the .safetensors file of an encoder or a classifier',
      );
    }
  }
  return result;
}

/** Only a classifier's metadata name its classes. */
function kindOf(file: NamedBytes): Partial<ModelFiles> {
  const { metadata } = parseSafetensorsHeader(file.bytes, file.name);
  return metadata['classes'] === undefined ? { encoder: file } : { classifier: file };
}
