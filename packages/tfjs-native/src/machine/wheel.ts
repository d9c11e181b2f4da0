import type { PlatformName } from './platform.ts';

/** A Python wheel that holds TensorFlow's library. */
export interface Wheel {
  /** Its project on the package index. */
  readonly project: string;
  /** TensorFlow's version. */
  readonly version: string;
  /** The Python version it was built for, such as `3.11`; this machine's may differ. */
  readonly python: string;
  /** The wheel's ABI tag, such as `cp311`. */
  readonly abi: string;
  /** The wheel's platform tag. */
  readonly platform: string;
  /**
   * SHA-256 of the file, in lower-case hexadecimal; undefined for a wheel that the authors could not download. For that
   * one, pip checks the hash in its index.
   */
  readonly sha256: string | undefined;
  /** Size of the download, in bytes. */
  readonly bytes: number;
  /** Size of the unpacked files, in bytes. */
  readonly unpackedBytes: number;
  /** Its two libraries, by file name; the rest is Python. */
  readonly libraries: readonly [string, string];
  /** Whether it computes on NVIDIA's GPUs; then it needs the wheels of its extra `and-cuda`. */
  readonly cuda: boolean;
}

const BUILD = { version: '2.21.0', python: '3.11', abi: 'cp311' } as const;

const SHARED_OBJECTS = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

/** TensorFlow 2.21.0 for the CPU on Linux x64 with glibc. */
export const TENSORFLOW_CPU: Wheel = Object.freeze({
  project: 'tensorflow-cpu',
  ...BUILD,
  platform: 'manylinux_2_27_x86_64',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273_829_956,
  unpackedBytes: 860_000_000,
  libraries: SHARED_OBJECTS,
  cuda: false,
});

/** TensorFlow 2.21.0 for NVIDIA's GPUs on Linux x64; its sizes, including NVIDIA's libraries, are estimates. */
export const TENSORFLOW_CUDA: Wheel = Object.freeze({
  ...TENSORFLOW_CPU,
  project: 'tensorflow',
  sha256: undefined,
  bytes: 3_200_000_000,
  unpackedBytes: 7_000_000_000,
  cuda: true,
});

/** The wheel for a kind of machine. Sizes of all but {@link TENSORFLOW_CPU} are estimates. */
export function wheelFor(platform: PlatformName | undefined, cuda: boolean): Wheel {
  if (cuda) return TENSORFLOW_CUDA;
  const unseen = { ...TENSORFLOW_CPU, project: 'tensorflow', sha256: undefined };
  switch (platform) {
    case 'linux-arm64':
      return { ...unseen, platform: 'manylinux_2_27_aarch64' };
    case 'darwin-arm64':
      return {
        ...unseen,
        platform: 'macosx_12_0_arm64',
        libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
      };
    case 'linux-x64':
    case undefined:
      return TENSORFLOW_CPU;
  }
}

const HEADERS = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/',
  'tensorflow/include/xla/tsl/',
];

/**
 * The path of a wheel's file in the unpacked library, `lib/...` or `include/...`, or undefined for a file that is not
 * needed.
 *
 * @param entry - the file's path inside the wheel.
 */
export function unpackedPath(entry: string, { libraries }: Wheel): string | undefined {
  const library = libraries.find((name) => entry === `tensorflow/${name}`);
  if (library !== undefined) return `lib/${library}`;
  if (entry.endsWith('/') || !HEADERS.some((folder) => entry.startsWith(folder))) return undefined;
  return entry.slice('tensorflow/'.length);
}
