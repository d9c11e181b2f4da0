import { type Bytes, fileBytes } from '../check.ts';
import { type Expected, readAs } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';
import type { PickleValue } from '../pickle/parse.ts';
import { isLegacyPyTorch, parseLegacyPyTorch } from './legacy.ts';
import { isZipPyTorch, parseZipPyTorch } from './zip.ts';

/** For tar archives and pickles, the own error names the older version that wrote them. */
const TORCH: Expected = { expected: 'a file of torch.save', own: ['tar', 'pickle'] };
/** What archives of PyTorch before 0.2 have at this position. */
const TAR = { text: 'ustar', start: 257 } as const;

/**
 * The contents of a file of PyTorch's `torch.save`: dicts as maps, tensors as arrays, half precision (float16, bfloat16)
 * as float32. Nothing in it is ever executed. Both formats are read: the zip archive, and the format before PyTorch 1.6.
 *
 * Tensors are copied out of their storages, the last axis fastest, whatever their strides. A tensor that occurs several
 * times is one array; two tensors that share numbers are two arrays. Devices and `requires_grad` are left out.
 *
 * @remarks The arrays take at most 8 times the length of the file, or 16 MiB, so that expanded tensors and compressed
 * archives cannot exhaust the memory.
 * @param path - The file's name, for error messages.
 * @throws FormatError if this is no such file, or it is truncated or damaged; if it refers to a class or function other
 * than those of plain data, tensors and NumPy's arrays, such as a whole module (the error names it); if a tensor is
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
