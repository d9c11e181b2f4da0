import { NativeError } from './native-error.ts';

/** The properties of a machine that matter here. */
export interface Machine {
  /** `process.platform`. */
  readonly platform: string;
  /** `process.arch`. */
  readonly arch: string;
  /** Node's version, such as `20.20.2`. */
  readonly node: string;
  /** glibc's version, or undefined for another C library. */
  readonly glibc: string | undefined;
}

/** The kinds of machines for which there is a wheel: `process.platform` and `process.arch`. */
export type PlatformName = 'linux-x64' | 'linux-arm64' | 'darwin-arm64';

const PLATFORMS: readonly PlatformName[] = ['linux-x64', 'linux-arm64', 'darwin-arm64'];

/** This machine. */
export function thisMachine(): Machine {
  // Otherwise the report resolves the names of all open connections.
  const reporter = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  const { excludeNetwork = false } = reporter;
  reporter.excludeNetwork = true;
  const report = reporter.getReport() as { header: { glibcVersionRuntime?: string } };
  reporter.excludeNetwork = excludeNetwork;
  const { platform, arch, version } = process;
  return { platform, arch, node: version.slice(1), glibc: report.header.glibcVersionRuntime };
}

/** The kind of a machine, or undefined if there is no wheel for it. */
export function platformOf({
  platform,
  arch,
}: Omit<Machine, 'node' | 'glibc'>): PlatformName | undefined {
  return PLATFORMS.find((name) => name === `${platform}-${arch}`);
}

/** A warning if nothing has been run on this kind of machine yet; otherwise undefined. */
export function untested(machine: Machine, cuda: boolean): string | undefined {
  const name = `${machine.platform}-${machine.arch}`;
  if (cuda) return 'CUDA: not yet tested on a GPU by the authors';
  return name === 'linux-x64' ? undefined : `${name}: not yet tested by the authors`;
}

/**
 * Refuses machines on which TensorFlow's library is known not to run with these packages.
 *
 * @param cuda - Whether TensorFlow will compute on NVIDIA's GPUs.
 * @throws NativeError `unsupported-platform`.
 */
export function requireSupported(machine: Machine, cuda = false): void {
  const got = unsupported(machine);
  if (cuda && got === undefined && platformOf(machine) !== 'linux-x64') {
    throw new NativeError(
      'unsupported-platform',
      `expected Linux on x64 for CUDA, got ${machine.platform} on ${machine.arch}`,
      'use the WebGPU backend, or leave out option cuda for the CPU',
    );
  }
  if (got === undefined) return;
  throw new NativeError(
    'unsupported-platform',
    `expected Linux on x64 or arm64 with glibc 2.27 or newer, or macOS on arm64, and Node 20 or newer, got ${got}`,
    machine.platform === 'win32'
      ? 'use the WebGPU or the WebAssembly backend, or run this in Linux (wsl --install)'
      : 'use the WebGPU or the WebAssembly backend',
  );
}

function unsupported(machine: Machine): string | undefined {
  const { platform, arch, node, glibc } = machine;
  if (platformOf(machine) === undefined) return `${platform} on ${arch}`;
  if (Number(node.split('.')[0]) < 20) return `Node ${node}`;
  if (platform !== 'linux') return undefined;
  if (glibc === undefined) return 'another C library (musl?)';
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  return major < 2 || (major === 2 && minor < 27) ? `glibc ${glibc}` : undefined;
}
