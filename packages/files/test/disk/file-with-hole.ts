import { open } from 'node:fs/promises';

/** Makes a file with a hole, which takes no room on the disk, and a 7 at some places; its path. */
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
