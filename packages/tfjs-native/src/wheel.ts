/** A Python wheel that holds TensorFlow's library, exactly one file. */
export interface Wheel {
  /** Its project on the package index. */
  readonly project: string;
  /** TensorFlow's version. */
  readonly version: string;
  /** The interpreter it was built for, such as `3.11`; the one on this machine may be another. */
  readonly python: string;
  /** The wheel's ABI tag, such as `cp311`. */
  readonly abi: string;
  /** The wheel's platform tag. */
  readonly platform: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** Size in bytes of what is unpacked from it. */
  readonly unpackedBytes: number;
}

/** TensorFlow 2.21.0 for the CPU on Linux x64 with glibc. */
export const TENSORFLOW_CPU: Wheel = Object.freeze({
  project: 'tensorflow-cpu',
  version: '2.21.0',
  python: '3.11',
  abi: 'cp311',
  platform: 'manylinux_2_27_x86_64',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  bytes: 273_829_956,
  unpackedBytes: 860_000_000,
});

/** The two libraries of a wheel, by file name; the rest of it is Python. */
export const LIBRARIES: readonly string[] = [
  'libtensorflow_cc.so.2',
  'libtensorflow_framework.so.2',
];

const HEADERS = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/',
  'tensorflow/include/xla/tsl/',
];

/**
 * Where a file of a wheel goes in the unpacked library, `lib/...` or `include/...`, or undefined for one that is not
 * needed.
 *
 * @param entry - the file's path inside the wheel.
 */
export function unpackedPath(entry: string): string | undefined {
  const library = LIBRARIES.find((name) => entry === `tensorflow/${name}`);
  if (library !== undefined) return `lib/${library}`;
  if (entry.endsWith('/') || !HEADERS.some((folder) => entry.startsWith(folder))) return undefined;
  return entry.slice('tensorflow/'.length);
}
