import { FormatError } from '@halp/files';
import type { NpzFile } from '@halp/files/node';
import type { Layout } from '@halp/skeleton';
import type { Part } from '../../prepared/manifest.ts';
import { type ClipArray, clipArray } from './clips.ts';
import { type ArrayLabels, labelsOfArray } from './labels.ts';

/** Whether a file is an archive of arrays. */
export function isNpz(path: string): boolean {
  return /\.npz$/i.test(path);
}

/**
 * The clips of one part of an open archive, `x_train` or `x_test`.
 *
 * @throws FormatError if the array is missing, or does not hold clips of the layout.
 */
export async function npzClips(
  file: NpzFile,
  path: string,
  part: Part,
  layout: Layout,
): Promise<ClipArray> {
  const name = `x_${part}`;
  return clipArray(await openPart(file, path, name), `${path}/${name}.npy`, layout);
}

/**
 * The labels of one part of an open archive, `y_train` or `y_test`.
 *
 * @throws FormatError if the array is missing, or {@link labelsOfArray} refuses it.
 */
export async function npzLabels(
  file: NpzFile,
  path: string,
  part: Part,
  count: number,
  max: number,
): Promise<ArrayLabels> {
  const name = `y_${part}`;
  const labels = await openPart(file, path, name);
  const rows = await labels.readRows(0, labels.header.shape[0] as number);
  return labelsOfArray(rows, `${path}/${name}.npy`, count, max);
}

function openPart(file: NpzFile, path: string, name: string): ReturnType<NpzFile['open']> {
  if (file.names.includes(name)) return file.open(name);
  throw new FormatError(path, `expected an array ${name}, got ${file.names.join(', ') || 'none'}`);
}
