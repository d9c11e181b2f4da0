export { cannotWrite, writeFileAtomic } from './atomic.ts';
export { openNpy, type NpyFile } from './npy-file.ts';
export { openNpz, type NpzFile } from './npz-file.ts';
export {
  openPickle,
  openPickledArrays,
  type PickledArrays,
  type PickleFile,
} from './pickle-file.ts';
export { createNpyWriter, type NpyWriter } from './npy-writer.ts';
export { lockHolder, takeLock, type Lock, type LockOptions } from './lock.ts';
export type { LeaseOptions, LockHolder } from './lock-holder.ts';
export { isLeftover, removeLeftovers } from './leftovers.ts';
export { openRegularFile, readRegularFile, readRegularFileSync } from './regular-file.ts';
export { writeInside } from './write-inside.ts';
