import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

/** From now on until the end of the test, this operation of every open file fails as on a full disk. */
export async function failAsFullDisk(operation: 'write' | 'writeFile' | 'sync'): Promise<void> {
  const path = join(tmpdir(), `halp-files-${process.pid}`);
  const file = await open(path, 'w');
  const prototype = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  await rm(path);
  const error = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  const spy = vi.spyOn(prototype, operation).mockRejectedValue(error);
  onTestFinished(() => spy.mockRestore());
}
