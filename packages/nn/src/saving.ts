import { formatSafetensors, parseSafetensors } from '@halp/files';

import type { Params } from './params.ts';
import { loadState, stateArrays } from './pytorch-state.ts';

/**
 * The bytes of a safetensors file that holds the variables, float32 or int32, under their names; see {@link
 * stateArrays}.
 *
 * @param metadata - free text to go with them.
 * @throws TypeError if a variable is of another type.
 *
 * @example
 * ```ts
 * await writeFileAtomic('encoder.safetensors', await saveParams(encoder.params, { epoch: '300' }));
 * ```
 */
export async function saveParams(
  params: Params,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  return formatSafetensors(await stateArrays(params), metadata);
}

/**
 * Sets the variables to what a safetensors file holds under their names, as {@link loadState} does; returns the file's
 * metadata.
 *
 * @param path - the file's name, for error messages.
 * @throws FormatError if the bytes are no such file, or do not hold exactly these variables; nothing is changed then.
 */
export function loadParams(
  params: Params,
  bytes: Uint8Array,
  path: string,
): Readonly<Record<string, string>> {
  const { tensors, metadata } = parseSafetensors(bytes, path);
  loadState(params, tensors, path);
  return metadata;
}
