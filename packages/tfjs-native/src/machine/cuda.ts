import { NativeError } from './native-error.ts';
import type { Settings } from './options.ts';
import { lastWords, runProgram } from './program.ts';

/** An NVIDIA GPU, as its driver describes it. */
export interface Gpu {
  /** Its name, such as `NVIDIA A100-SXM4-40GB`. */
  readonly name: string;
  /** The driver's version, such as `535.183.01`. */
  readonly driver: string;
  /** Its compute capability, such as `8.0`. */
  readonly capability: string;
  /** Its memory in MiB. */
  readonly memory: number;
}

/** The oldest driver that runs programs built with CUDA 12 (NVIDIA's release notes of CUDA 12, table 2). */
const DRIVER = '525.60.13';

/** The oldest GPUs for which TensorFlow's wheels contain code. */
const CAPABILITY = '6.0';

const QUERY = [
  '--query-gpu=name,driver_version,compute_cap,memory.total',
  '--format=csv,noheader,nounits',
];

/**
 * The GPUs that TensorFlow's CUDA wheel can use, at least one, as reported by `nvidia-smi`.
 *
 * @throws NativeError `no-gpu`, `old-driver` or `old-gpu`.
 */
export async function requireGpu({ env, signal }: Settings): Promise<readonly Gpu[]> {
  const result = await runProgram('nvidia-smi', QUERY, { env, signal });
  const gpus = result.ok ? parseGpus(result.stdout) : [];
  const [first] = gpus;
  if (first === undefined) {
    throw new NativeError(
      'no-gpu',
      `expected nvidia-smi to show a GPU, got ${result.found ? lastWords(result, 1) || 'nothing' : 'no nvidia-smi on PATH'}`,
      "install NVIDIA's driver, or leave out option cuda for the CPU",
    );
  }
  if (older(first.driver, DRIVER)) {
    throw new NativeError(
      'old-driver',
      `expected NVIDIA's driver ${DRIVER} or newer, which CUDA 12 needs, got ${first.driver}`,
      'update the driver, or leave out option cuda for the CPU',
    );
  }
  const usable = gpus.filter(({ capability }) => !older(capability, CAPABILITY));
  if (usable.length > 0) return usable;
  throw new NativeError(
    'old-gpu',
    `expected a GPU of compute capability ${CAPABILITY} or newer, got ${first.name} (${first.capability})`,
    'use the WebGPU backend, or leave out option cuda for the CPU',
  );
}

/** The GPUs in nvidia-smi's output; other lines are ignored. */
export function parseGpus(answer: string): readonly Gpu[] {
  return answer.split('\n').flatMap((line) => {
    const [name = '', driver = '', capability = '', memory = ''] = line.split(', ');
    const whole = /^\d+(\.\d+)+$/.test(driver) && /^\d+\.\d+$/.test(capability);
    return whole ? [{ name, driver, capability, memory: Number(memory) }] : [];
  });
}

function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split('.').map(Number)) as [number[], number[]];
  const at = b.findIndex((part, i) => part !== (a[i] ?? 0));
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}

/**
 * The additional wheels that a TensorFlow wheel requires for NVIDIA's GPUs, as pip requirements such as
 * `nvidia-cublas-cu12==12.5.3.2`.
 *
 * @param metadata - the wheel's own METADATA file.
 */
export function cudaRequirements(metadata: string): readonly string[] {
  return metadata.split('\n').flatMap((line) => {
    const found = /^Requires-Dist: *([^;]+);.*extra *== *['"]and-cuda['"]/.exec(line);
    return found?.[1] === undefined ? [] : [found[1].replaceAll(/[\s()]/g, '')];
  });
}

/** The path of a file of an NVIDIA wheel in the unpacked library, or undefined if it is not needed. */
export function unpackedCudaPath(entry: string): string | undefined {
  // Next to `lib/`, where the search path in TensorFlow's library points.
  if (/^nvidia\/[^/]+\/lib\/[^/]+\.so[^/]*$/.test(entry)) return entry;
  return entry.endsWith('/libdevice.10.bc') ? entry : undefined;
}
