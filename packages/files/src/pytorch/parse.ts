import { type Bytes, fileBytes } from '../check.ts';
import { type Expected, readAs } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';
import type { PickleValue } from '../pickle/parse.ts';
import { isLegacyPyTorch, parseLegacyPyTorch } from './legacy.ts';
import { isZipPyTorch, parseZipPyTorch } from './zip.ts';

/** A tar archive and a pickle are those of other versions. */
const TORCH: Expected = { expected: 'a file of torch.save', own: ['tar', 'pickle'] };
/** What the archives of PyTorch before 0.2 have at this place. */
const TAR = { text: 'ustar', start: 257 } as const;

/**
 * What a file of PyTorch's `torch.save` holds: dicts as maps, tensors as arrays, half precision (float16, bfloat16) as
 * float32. Nothing in it is ever executed. Both formats are read: the zip archive, and the one before PyTorch 1.6.
 *
 * Tensors are copied out of their storages, the last axis fastest, whatever their strides; a tensor that stands in
 * several places is one array, and two tensors that share numbers are two arrays. The device they were on, and
 * whether they require gradients, is left out.
 *
 * @remarks At most 8 times the length of the file, or 16 MiB, are made of it, so that expanded tensors and compressed
 * archives cannot take any amount of memory.
 * @param path - The file's name, for error messages.
 * @throws FormatError if this is no such file, or it is truncated or damaged; if it refers to any class or function
 * beside those of plain data, tensors and NumPy's arrays, which is named (a whole module, for one); if a tensor is
 * sparse, quantised, complex or of 8-bit floats, or reaches beyond its storage.
 *
 * @example
 * ```ts
 * const { tensors } = stateOf(parsePyTorch(bytes, 'checkpoint_0450.pth.tar'), 'checkpoint_0450.pth.tar');
 * ```
 */
export function parsePyTorch(input: Bytes, path: string): PickleValue {
  const bytes = fileBytes('parsePyTorch', input);
  if (isZipPyTorch(bytes)) return parseZipPyTorch(bytes, path);
  if (isLegacyPyTorch(bytes)) return parseLegacyPyTorch(bytes, path);
  return readAs(bytes, path, TORCH, () => refuse(bytes, path));
}

function refuse(bytes: Uint8Array, path: string): never {
  const tag = String.fromCharCode(...bytes.subarray(TAR.start, TAR.start + TAR.text.length));
  const got =
    tag === TAR.text
      ? 'a tar archive, perhaps of PyTorch before 0.2; load it there and save it with a newer one'
      : `${bytes.length} bytes that begin as neither of its formats`;
  throw new FormatError(path, `expected a file of torch.save, got ${got}`, 0);
}
