import { readApart } from '../reading/read-apart.ts';
import type { Query } from './answer.ts';
import type { ModelFiles } from './model.ts';

/** The content of dropped files. */
export interface Dropped {
  /** A query recording. */
  readonly query?: Query;
  /** An encoder, or a classifier for the current one. */
  readonly files?: Partial<ModelFiles>;
}

/**
 * Sorts dropped files into a recording (`.skeleton`), an encoder and a classifier (`.safetensors`).
 *
 * @throws Error with the reason if a file is none of these or cannot be parsed.
 */
export async function readDropped(files: readonly File[]): Promise<Dropped> {
  let result: Dropped = {};
  for (const file of files) {
    const read = await readApart(file);
    result =
      read.kind === 'recording'
        ? { ...result, query: read.source }
        : { ...result, files: { ...result.files, [read.kind]: read.file } };
  }
  return result;
}
