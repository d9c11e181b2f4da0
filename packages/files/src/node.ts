export { cannotWrite, writeFileAtomic } from './disk/atomic.ts';
export { openNpy, type NpyFile } from './npy/file.ts';
export { openNpz, type NpzFile } from './npy/npz-file.ts';
export {
  openPickle,
  openPickledArrays,
  type PickledArrays,
  type PickleFile,
} from './pickle/file.ts';
export { createNpyWriter, type NpyWriter } from './npy/writer.ts';
export { lockHolder, takeLock, type Lock, type LockOptions } from './disk/lock.ts';
export type { LeaseOptions, LockHolder } from './disk/lock-holder.ts';
export { isLeftover, removeLeftovers } from './disk/leftovers.ts';
export { openRegularFile, readRegularFile, readRegularFileSync } from './disk/regular-file.ts';
export { expectWritable, expectWritableInside, writeInside } from './disk/write-inside.ts';
export {
  workerModule,
  type WorkerModule,
  type WorkerModuleOptions,
} from './threads/worker-module.ts';
