import { FormatError } from '@halp/files';
import { openNpy } from '@halp/files/node';
import { requireFile } from '../disk/system-error.ts';
import { dataShape, type Manifest, type PartManifest } from '../prepared/manifest.ts';
import { type ClipFile, openClipFile, type ReadingOptions } from './clip-file.ts';

/**
 * Opens the joint array of a part.
 *
 * @throws FormatError if it is missing, or has another shape or type than `dataset.json` says.
 */
export async function openJointArray(
  path: string,
  manifest: Manifest,
  part: PartManifest,
  reading: ReadingOptions,
): Promise<ClipFile> {
  const file = await requireFile(path, openNpy(path));
  const { dtype, byteOrder, fortranOrder, shape } = file.header;
  // Its header and length are checked; the clips are read through another handle.
  await file.close();
  const expected = `float32 [${dataShape(manifest, part).join(', ')}]`;
  const order = fortranOrder ? ' in Fortran order' : byteOrder === 'big' ? ', big-endian' : '';
  const got = `${dtype} [${shape.join(', ')}]${order}`;
  if (got === expected) return openClipFile(path, file.header, reading);
  throw new FormatError(path, `expected ${expected} as dataset.json says, got ${got}`);
}
