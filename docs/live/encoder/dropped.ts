import { readApart } from '../reading/read-apart.ts';
import type { Query } from './answer.ts';
import type { ModelFiles } from './model.ts';

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
 * @throws Error with the reason if a file is none of these, or its reader refuses it.
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
