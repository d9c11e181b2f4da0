import { parsePyTorch, parseSafetensors, stateOf, whatIs } from '@halp/files';
import { fromAuthors } from '@halp/nn';
import type { Recipe } from '@halp/recipes';
import { epochOf, namedAsEncoder, type NamedTensors, type Tensors } from './checkpoint-names.ts';

/** The tensors of a checkpoint of another program. */
export interface ReadTensors {
  /** The tensors, by their names in the file. */
  readonly tensors: Tensors;
  /** The prefix that was removed from every name. */
  readonly prefix: string;
  /** The number of epochs trained, if the file states it. */
  readonly epoch?: number | undefined;
}

/**
 * The tensors in the bytes of a PyTorch or safetensors file.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if it is neither, or has no state dict.
 */
export function readTensors(bytes: Uint8Array, path: string): ReadTensors {
  if (path.endsWith('.safetensors') || whatIs(bytes)?.kind === 'safetensors') {
    const { tensors, metadata } = parseSafetensors(bytes, path);
    // As `formatEncoderFile` of `@halp/recipes` writes it.
    return { tensors, prefix: '', epoch: epochOf(metadata['epoch']) };
  }
  const { tensors, prefix, rest } = stateOf(parsePyTorch(bytes, path), path);
  return { tensors, prefix, epoch: epochOf(rest.get('epoch')) };
}

/**
 * The tensors of a checkpoint, renamed for an objective.
 *
 * @param wanted - The names of the encoder's variables.
 * @param path - The file's name, for error messages.
 * @throws FormatError if several networks could be the encoder.
 */
export function namedForRecipe(
  tensors: Tensors,
  wanted: readonly string[],
  { stream }: Recipe,
  path: string,
): NamedTensors {
  const { tensors: named, notes } = namedAsEncoder(tensors, wanted, path);
  return {
    tensors: fromAuthors(named, path, { stream: stream === '3s' ? undefined : stream }),
    notes,
  };
}
