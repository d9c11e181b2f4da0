import * as tf from '@tensorflow/tfjs-core';
import type { BufferManager, WebGpuBackend } from './backend.ts';
import type { DawnEvents } from './dawn-events.ts';
import type { WebGpuDevice } from './device.ts';

/** Freed buffers are kept for reuse up to this many bytes above twice the peak use. */
const SPARE = 2 ** 28;

/** The polling interval of synchronous reads, in milliseconds. */
const PAUSE = 0.05;

/** Runs a function after the events that are due. */
const later: (work: (value?: unknown) => void) => unknown =
  (globalThis as Partial<typeof globalThis>).setImmediate ?? setTimeout;

/** The replaced stock functions, bound to their backend. */
type Stock = Pick<WebGpuBackend, 'read' | 'readSync' | 'runWebGPUProgram' | 'submitQueue'>;

/**
 * Changes a TensorFlow.js backend so that it supports synchronous reads, stops at the first error,
 * and releases memory. After the first error, every computation or read throws.
 */
export function guard(backend: WebGpuBackend, opened: WebGpuDevice): void {
  if (opened.events !== undefined) readAtOnce(backend, opened.events);
  const check = failureOf(opened);
  const trim = trimmer(backend.bufferManager);
  const stock: Stock = {
    read: backend.read.bind(backend),
    readSync: backend.readSync.bind(backend),
    runWebGPUProgram: backend.runWebGPUProgram.bind(backend),
    submitQueue: backend.submitQueue.bind(backend),
  };
  Object.assign(backend, {
    async read(id: tf.DataId): Promise<tf.BackendValues> {
      check();
      try {
        return await stock.read(id);
      } finally {
        // The loss of the device is reported only after the errors that it causes.
        await new Promise((done) => later(done));
        check();
      }
    },
    readSync(id: tf.DataId): tf.BackendValues {
      check();
      try {
        return stock.readSync(id);
      } finally {
        check();
      }
    },
    runWebGPUProgram(...args: unknown[]): tf.TensorInfo {
      check();
      return stock.runWebGPUProgram(...args);
    },
    submitQueue(): void {
      check();
      stock.submitQueue();
      trim();
    },
  });
}

/** Adds synchronous reads to a backend. */
function readAtOnce(backend: WebGpuBackend, events: DawnEvents): void {
  const stock = backend.readSync.bind(backend);
  Object.assign(backend, {
    readSync(id: tf.DataId): tf.BackendValues {
      const { values, resource, dtype } = backend.tensorMap.get(id);
      if ((values !== null && values !== undefined) || !resource) return stock(id);
      const bytes = bufferNow(resource, backend, events);
      if (bytes === undefined) {
        throw new Error(
          'webgpu: a tensor cannot be read synchronously here; write (await tensor.data()) instead of tensor.dataSync()',
        );
      }
      const read = tf.util.convertBackendValuesAndArrayBuffer(bytes, dtype);
      return backend.convertAndCacheOnCPU(id, read);
    },
    async getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer> {
      const staging = copyOf(buffer, backend);
      await events.begin(() => staging.mapAsync(GPUMapMode.READ));
      return contentsOf(staging, backend);
    },
  });
}

/** A function that throws the first error of a device, or does nothing if there is none. */
function failureOf({ device, name, events }: WebGpuDevice): () => void {
  let failure: Error | undefined;
  const again =
    events === undefined
      ? 'load the page again'
      : 'start a new process, and resume from the last checkpoint';
  const fail = (what: string): void => {
    failure ??= new Error(
      `webgpu: ${what} on ${name}; what was computed since is worth nothing: ${again}`,
    );
  };
  // Otherwise TensorFlow.js would continue and read zeros.
  device.addEventListener('uncapturederror', (event) => {
    // It would also print the message on standard output.
    event.preventDefault();
    const { error } = event;
    const memory = error.constructor.name === 'GPUOutOfMemoryError';
    const said = error.message.split('\n')[0] ?? '';
    fail(memory ? `the memory is full (${said})` : `an operation was refused (${said})`);
  });
  void device.lost.then(({ reason, message }) => {
    fail(`the device was lost (${reason}: ${message})`);
  });
  return () => {
    if (failure !== undefined) throw failure;
  };
}

/** The bytes of a buffer, without returning to the event loop; undefined if that is not possible. */
function bufferNow(
  buffer: GPUBuffer,
  backend: WebGpuBackend,
  events: DawnEvents,
): ArrayBuffer | undefined {
  const staging = copyOf(buffer, backend);
  const mapped = events.begin(() => staging.mapAsync(GPUMapMode.READ));
  mapped.catch(() => undefined);
  // Another thread may need this core to make progress.
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (staging.mapState === 'pending' && events.turn()) Atomics.wait(never, 0, 0, PAUSE);
  return staging.mapState === 'mapped' ? contentsOf(staging, backend) : undefined;
}

function copyOf(buffer: GPUBuffer, backend: WebGpuBackend): GPUBuffer {
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = backend.bufferManager.acquireBuffer(buffer.size, usage);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.commandEncoder?.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  backend.submitQueue();
  return staging;
}

function contentsOf(staging: GPUBuffer, { bufferManager }: WebGpuBackend): ArrayBuffer {
  const bytes = staging.getMappedRange().slice(0);
  staging.unmap();
  bufferManager.releaseBuffer(staging);
  return bytes;
}

/**
 * A function that releases unused buffers once there are many: TensorFlow.js keeps every freed buffer for a
 * tensor of exactly the same size.
 */
function trimmer(manager: BufferManager): () => void {
  let most = 0;
  return () => {
    most = Math.max(most, manager.numBytesUsed);
    if (manager.numBytesAllocated <= 2 * most + SPARE) return;
    for (const [key, buffers] of manager.freeBuffers) {
      for (const buffer of buffers) {
        manager.numBytesAllocated -= buffer.size;
        buffer.destroy();
      }
      manager.freeBuffers.set(key, []);
    }
    manager.numFreeBuffers = 0;
  };
}
