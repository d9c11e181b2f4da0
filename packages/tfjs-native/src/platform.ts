import { NativeError } from './native-error.ts';

/** A machine, as far as it matters here. */
export interface Machine {
  /** `process.platform`. */
  readonly platform: string;
  /** `process.arch`. */
  readonly arch: string;
  /** Node's version, such as `20.20.2`. */
  readonly node: string;
  /** glibc's version, or undefined where the C library is another one. */
  readonly glibc: string | undefined;
}

/** This machine. */
export function thisMachine(): Machine {
  // Without this the report looks up the names of all open connections.
  const reporter = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  const { excludeNetwork = false } = reporter;
  reporter.excludeNetwork = true;
  const report = reporter.getReport() as { header: { glibcVersionRuntime?: string } };
  reporter.excludeNetwork = excludeNetwork;
  const { platform, arch, version } = process;
  return { platform, arch, node: version.slice(1), glibc: report.header.glibcVersionRuntime };
}

/**
 * Refuses machines on which TensorFlow's library is known not to run with these packages.
 *
 * @throws NativeError `unsupported-platform`.
 */
export function requireSupported(machine: Machine): void {
  const got = unsupported(machine);
  if (got === undefined) return;
  throw new NativeError(
    'unsupported-platform',
    `expects Linux on x64 with glibc 2.27 or newer and Node 20 or 22, got ${got}`,
    'use the WebAssembly backend, which needs nothing installed',
  );
}

function unsupported({ platform, arch, node, glibc }: Machine): string | undefined {
  if (platform !== 'linux' || arch !== 'x64') return `${platform} on ${arch}`;
  if (glibc === undefined) return 'another C library (musl?)';
  const [major = 0, minor = 0] = glibc.split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 27)) return `glibc ${glibc}`;
  // From 23 on Node lacks util.isNullOrUndefined, which the packages call.
  const release = Number(node.split('.')[0]);
  if (release < 20 || release > 22) return `Node ${node}`;
  return undefined;
}
