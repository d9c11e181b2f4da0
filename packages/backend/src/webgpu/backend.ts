import type * as tf from '@tensorflow/tfjs-core';
import type { WebGpuDevice } from './device.ts';

/** The parts of TensorFlow.js's WebGPU backend that this package uses or replaces. */
export interface WebGpuBackend extends tf.KernelBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { get(id: tf.DataId): TensorData };
  readonly bufferManager: BufferManager;
  commandEncoder: GPUCommandEncoder | null;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer>;
  convertAndCacheOnCPU(id: tf.DataId, values: tf.BackendValues): tf.BackendValues;
  runWebGPUProgram(...args: readonly unknown[]): tf.TensorInfo;
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  uploadToGPU(id: tf.DataId): void;
  tensorToBinding(tensor: tf.TensorInfo): GPUBindingResource;
  makeUniforms(uniforms: readonly Uniform[]): GPUBufferBinding;
  readonly pipelineCache: Record<string, GPUComputePipeline>;
  readonly commandQueueOwnedIds: WeakSet<tf.DataId>;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  /** The device, as opened by `openDevice`. */
  readonly opened: WebGpuDevice;
}

/** The numbers that a shader receives in addition to its tensors. */
export interface Uniform {
  readonly type: 'int32' | 'uint32' | 'float32';
  readonly data: readonly number[];
}

interface TensorData {
  readonly dtype: tf.DataType;
  readonly values: tf.BackendValues | null | undefined;
  readonly resource: GPUBuffer | null | undefined;
}

/** The backend's buffers, in use and kept for reuse. */
export interface BufferManager {
  numBytesUsed: number;
  numBytesAllocated: number;
  numFreeBuffers: number;
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  acquireBuffer(size: number, usage: number): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer): void;
}
