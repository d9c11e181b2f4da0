import { availableParallelism, cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { type BackendChoice, expectBackend } from './choose.ts';
import type { BackendFacts } from './facts.ts';
import { measureMatMul } from './measure.ts';
import type { BackendName } from './names/names.ts';
import type { TensorflowBackend } from './tensorflow/backend.ts';
import { tensorflowThreads } from './tensorflow/prepare.ts';
import { webGpuBackend } from './webgpu/prepare.ts';

/**
 * The facts about the running backend, including its measured speed (takes about half a second).
 *
 * @param backend - The backend returned by `startBackend`.
 */
export async function describeBackend(backend: BackendChoice): Promise<BackendFacts> {
  const { name, skipped } = expectBackend('describeBackend', backend);
  const tensorflow = name === 'tensorflow' ? tensorflowVersion() : undefined;
  const threads = name === 'tensorflow' ? tensorflowThreads() : 1;
  const { gflops } = await measureMatMul();
  return {
    backend: name,
    skipped,
    node: process.version.slice(1),
    platform: `${process.platform}-${process.arch}`,
    tfjs: tf.version_core,
    tensorflow,
    device: device(name),
    threads,
    gflops,
    advice: adviceFor(backend, threads),
  };
}

function tensorflowVersion(): string | undefined {
  return (tf.backend() as Partial<TensorflowBackend>).binding?.TF_Version;
}

function device(backend: BackendName): string {
  if (backend === 'webgpu') {
    const { name, software } = webGpuBackend().opened;
    return `${software ? 'CPU' : 'GPU'} (${name})`;
  }
  const gpu = (tf.backend() as Partial<TensorflowBackend>).isUsingGpuDevice === true;
  return gpu ? 'GPU' : `CPU (${cpus()[0]?.model.trim() ?? 'unknown'})`;
}

function adviceFor(backend: BackendChoice, threads: number): readonly string[] {
  const { name, skipped, withoutKernels } = backend;
  const cores = availableParallelism();
  if (name === 'tensorflow') {
    return [
      ...(threads < cores
        ? [`it uses ${threads} of ${cores} cores: unset TF_NUM_INTRAOP_THREADS`]
        : []),
      ...(withoutKernels === undefined ? [] : [`its fast kernels are missing: ${withoutKernels}`]),
    ];
  }
  if (name === 'webgpu' && !webGpuBackend().opened.software) return [];
  const why = skipped.find((each) => each.name === 'tensorflow')?.reason;
  return [
    why === undefined
      ? 'tensorflow is faster if it is installed: choose it by name, or choose none by prefer and HALP_BACKEND'
      : `tensorflow is faster: ${why}`,
  ];
}
