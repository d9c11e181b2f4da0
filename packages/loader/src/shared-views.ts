import type { Batch, Views } from './batch.ts';

/** The views of a batch in shared memory, one after the other. */
export function viewsIn(
  memory: SharedArrayBuffer,
  count: number,
  shape: Batch['shape'],
): Float32Array<SharedArrayBuffer>[] {
  const length = shape.reduce((product, size) => product * size, 1);
  return Array.from(
    { length: count },
    (_, view) => new Float32Array(memory, view * length * Float32Array.BYTES_PER_ELEMENT, length),
  );
}

/** `memory` if the views fit into it, otherwise new memory that is large enough. */
export function memoryFor(
  memory: SharedArrayBuffer,
  count: number,
  shape: Batch['shape'],
): SharedArrayBuffer {
  const bytes = shape.reduce((product, size) => product * size, count * 4);
  return memory.byteLength >= bytes ? memory : new SharedArrayBuffer(bytes);
}

/** The views, copied to arrays of this thread so that the shared memory can be reused. */
export function copyViews(memory: SharedArrayBuffer, count: number, shape: Batch['shape']): Views {
  const views = viewsIn(memory, count, shape).map(({ byteOffset, byteLength }) => {
    // Buffer skips the zero-fill, which takes a third of the time.
    const bytes = Buffer.allocUnsafeSlow(byteLength);
    Buffer.from(memory, byteOffset, byteLength).copy(bytes);
    return new Float32Array(bytes.buffer);
  });
  return { views, shape };
}
