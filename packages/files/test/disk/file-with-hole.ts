import { open } from 'node:fs/promises';

/** Makes a sparse file, which takes no space on the disk, with a 7 at some positions; returns its path. */
export async function fileWithHole(
  path: string,
  size: number,
  places: readonly number[],
): Promise<string> {
  const file = await open(path, 'w');
  await file.truncate(size);
  for (const at of places) await file.write(new Uint8Array([7]), 0, 1, at);
  await file.close();
  return path;
}
