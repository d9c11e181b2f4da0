import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import { addKernel } from '../kernels/replace-kernel.ts';
import type { WebGpuBackend } from './backend.ts';

/** A call of a compute shader. */
export interface Dispatch {
  /** The key of the compiled shader: two shaders with one name have the same code and bindings. */
  readonly name: string;
  /**
   * The shader in WGSL, without its bindings: functions, and the entry point `main`. It accesses inputs and outputs by
   * their names, numbers as `u.NAME`, also `u.nan` and `u.infinity`, and a function `isnan`.
   */
  readonly code: string;
  /** The float32 tensors that it reads, `array<f32>`. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** The tensors that it writes and may read. */
  readonly outputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Integers. */
  readonly integers?: Readonly<Record<string, number>>;
  /** Other numbers. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** The number of workgroups along each axis. */
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** The threads in a workgroup of {@link perElement}. */
const WIDTH = 128;

/** The WGSL entry point of a shader that runs `body` for each `index < u.size`. */
export function perElement(body: string): string {
  return `
  @compute @workgroup_size(${WIDTH})
  fn main(@builtin(global_invocation_id) id : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>) {
    let index = i32(id.x + id.y * groups.x * ${WIDTH}u);
    if (index >= u.size) { return; }
    ${body}
  }`;
}

/** The workgroups of {@link perElement} for this many elements. */
export function groupsFor(size: number, backend: WebGpuBackend): Dispatch['workgroups'] {
  const groups = Math.ceil(size / WIDTH);
  const most = backend.device.limits.maxComputeWorkgroupsPerDimension;
  return [Math.min(groups, most), Math.ceil(groups / most), 1];
}

/** Queues a compute shader, in the order of TensorFlow.js's operations. */
export function dispatch(backend: WebGpuBackend, call: Dispatch): void {
  const { name, inputs, outputs, integers = {}, numbers = {}, workgroups } = call;
  const tensors = [...Object.values(inputs), ...Object.values(outputs)];
  for (const { dataId } of tensors) backend.uploadToGPU(dataId);
  backend.pipelineCache[`halp_${name}`] ??= compile(backend.device, call);
  const pipeline = backend.pipelineCache[`halp_${name}`] as GPUComputePipeline;
  const uniforms = backend.makeUniforms([
    { type: 'float32', data: [NaN] },
    { type: 'float32', data: [Infinity] },
    ...Object.values(integers).map((value) => ({ type: 'int32', data: [value] }) as const),
    ...Object.values(numbers).map((value) => ({ type: 'float32', data: [value] }) as const),
  ]);
  const bound = [...tensors.map((tensor) => backend.tensorToBinding(tensor)), uniforms];
  const group = backend.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: bound.map((resource, binding) => ({ binding, resource })),
  });
  backend.ensureCommandEncoderReady();
  backend.computePassEncoder ??= (backend.commandEncoder as GPUCommandEncoder).beginComputePass();
  backend.computePassEncoder.setPipeline(pipeline);
  backend.computePassEncoder.setBindGroup(0, group);
  backend.computePassEncoder.dispatchWorkgroups(...workgroups);
  // Otherwise their memory would be reused before the queue is submitted.
  for (const { dataId } of tensors) backend.commandQueueOwnedIds.add(dataId);
  backend.dispatchCountInPass += 1;
  if (backend.dispatchCountInPass >= tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

function compile(device: GPUDevice, call: Dispatch): GPUComputePipeline {
  const { name, code, inputs, outputs, integers = {}, numbers = {} } = call;
  const arrays = [
    ...Object.keys(inputs).map((key) => `var<storage, read> ${key}`),
    ...Object.keys(outputs).map((key) => `var<storage, read_write> ${key}`),
  ].map((variable, i) => `@group(0) @binding(${i}) ${variable} : array<f32>;`);
  const fields = [
    ...['nan', 'infinity'].map((key) => `${key} : f32,`),
    ...Object.keys(integers).map((key) => `${key} : i32,`),
    ...Object.keys(numbers).map((key) => `${key} : f32,`),
  ];
  const shader = `
  ${arrays.join('\n  ')}
  struct Uniforms { ${fields.join(' ')} };
  @group(0) @binding(${arrays.length}) var<uniform> u : Uniforms;
  // By its bits: a compiler may assume that x == x.
  fn isnan(x : f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
  ${code}`;
  const module = device.createShaderModule({ code: shader, label: name });
  return device.createComputePipeline({ layout: 'auto', compute: { module }, label: name });
}

/** A new float32 tensor, not filled yet. */
export function newTensor(backend: WebGpuBackend, shape: readonly number[]): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(backend.makeTensorInfo(shape, 'float32'));
}

/** A kernel of one of the functions of `@halp/nn`: its inputs are a list. */
export type FusedKernel = (
  inputs: readonly tf.Tensor[],
  attributes: Readonly<Record<string, boolean | number>>,
  backend: WebGpuBackend,
) => tf.Tensor[];

/** Registers a kernel on the webgpu backend, once. Its intermediate tensors are disposed. */
export function registerFused(changes: Changes, kernelName: string, kernel: FusedKernel): void {
  addKernel(changes, {
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) =>
      tf.tidy(() =>
        kernel(
          inputs as unknown as readonly tf.Tensor[],
          attrs as unknown as Readonly<Record<string, boolean | number>>,
          backend as WebGpuBackend,
        ),
      ),
  });
}
