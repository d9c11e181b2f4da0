import { requirePip } from '../library/download.ts';
import { hasLibrary, requireSpace } from '../library/library.ts';
import { bindingFolder, hasBinding, requireCompiler } from '../load/binding.ts';
import { requireOptions } from '../machine/arguments.ts';
import { requireGpu } from '../machine/cuda.ts';
import { locateNative, type NativePackage } from '../machine/locate.ts';
import { NativeError, type NativeProblem } from '../machine/native-error.ts';
import { type NativeOptions, type Settings, settingsOf } from '../machine/options.ts';
import { requireSupported, thisMachine, untested } from '../machine/platform.ts';
import { requireProject } from './package.ts';
import { verifyBinding } from './verify.ts';

/** A reason why `installNative` would fail. */
export interface Obstacle {
  /** The cause, for programs. */
  readonly problem: NativeProblem;
  /** The cause and what to do, for people, in one line. */
  readonly message: string;
  /** What to do about it, in one line. */
  readonly fix: string;
}

/** The state of an installation. */
export interface NativeStatus {
  /** Whether the package loads and computes, verified in a separate process. */
  readonly ready: boolean;
  /** The project's package, if it has one. */
  readonly package?: NativePackage | undefined;
  /** The version of TensorFlow's library, if the package is ready. */
  readonly tensorflow?: string;
  /** Where libraries are kept. */
  readonly cache: string;
  /** What `installNative` would have to do, in order, such as `download TensorFlow 2.21.0 (274 MB)`; empty if ready. */
  readonly todo: readonly string[];
  /** Why it could not do so; empty if it can. */
  readonly obstacles: readonly Obstacle[];
  /** A warning if nothing has been run on this kind of machine yet; otherwise undefined. */
  readonly untested?: string | undefined;
}

/**
 * The state of an installation and its missing parts; changes nothing and downloads nothing.
 *
 * @param options - as for `installNative`.
 */
export async function checkNative(options: NativeOptions = {}): Promise<NativeStatus> {
  const settings = settingsOf(requireOptions('checkNative', options));
  const { project, cache } = settings;
  const found = locateNative(project);
  const warning = untested(thisMachine(), settings.wheel.cuda);
  const known = { cache, package: found, untested: warning };
  const refusal = await obstacle(() => requireMachine(settings));
  if (refusal.length > 0) return { ...known, ready: false, todo: [], obstacles: refusal };
  if (found?.bound === true) {
    const tensorflow = await verifyBinding(found, settings).catch(ignoreNativeError);
    if (tensorflow !== undefined)
      return { ...known, ready: true, tensorflow, todo: [], obstacles: [] };
  }
  const needs = await needsOf(found, settings);
  const obstacles = await obstaclesOf(needs, found, settings);
  return { ...known, ready: false, todo: todoOf(needs, found, settings), obstacles };
}

/** The parts that are not in the cache yet. */
export interface Needs {
  /** The library. */
  readonly library: boolean;
  /** The compiled binding. */
  readonly binding: boolean;
}

/** The parts that a package needs and that are not in the cache yet. */
export async function needsOf(
  found: NativePackage | undefined,
  settings: Settings,
): Promise<Needs> {
  const library = !(await hasLibrary(settings));
  if (library || found === undefined) return { library, binding: true };
  return { library, binding: !hasBinding(await bindingFolder(found, settings)) };
}

/**
 * Refuses a machine on which the installation is disabled or known not to work.
 *
 * @throws NativeError `turned-off` or `unsupported-platform`.
 */
export function requireMachine({ env, wheel }: Settings): void {
  if (env['HALP_NATIVE'] === 'off') {
    throw new NativeError('turned-off', 'is disabled by HALP_NATIVE=off', 'unset that variable');
  }
  requireSupported(thisMachine(), wheel.cuda);
}

/**
 * Refuses a machine that lacks a needed program or disk space, before anything is downloaded.
 *
 * @throws NativeError `no-gpu`, `old-driver`, `old-gpu`, `no-compiler`, `no-python`, `no-pip` or `disk-full`.
 */
export async function requireTools(needs: Needs, settings: Settings): Promise<void> {
  for (const require of toolsFor(needs, settings)) await require();
}

function toolsFor(needs: Needs, settings: Settings): readonly (() => Promise<void>)[] {
  return [
    ...(settings.wheel.cuda ? [async (): Promise<void> => void (await requireGpu(settings))] : []),
    ...(needs.binding ? [(): Promise<void> => requireCompiler(settings)] : []),
    ...(needs.library && settings.wheelFile === undefined
      ? [(): Promise<void> => requirePip(settings)]
      : []),
    ...(needs.library ? [(): Promise<void> => requireSpace(settings)] : []),
  ];
}

async function obstaclesOf(
  needs: Needs,
  found: NativePackage | undefined,
  settings: Settings,
): Promise<readonly Obstacle[]> {
  const project = found === undefined ? await obstacle(() => requireProject(settings.project)) : [];
  const tools = await Promise.all(toolsFor(needs, settings).map(obstacle));
  return [...project, ...tools.flat()];
}

async function obstacle(require: () => void | Promise<void>): Promise<readonly Obstacle[]> {
  try {
    await require();
    return [];
  } catch (error) {
    if (!(error instanceof NativeError)) throw error;
    const { problem, message, fix } = error;
    return [{ problem, message, fix }];
  }
}

function todoOf(
  needs: Needs,
  found: NativePackage | undefined,
  settings: Settings,
): readonly string[] {
  const { wheel, wheelFile } = settings;
  const source =
    wheelFile === undefined
      ? `download TensorFlow ${wheel.version}${wheel.cuda ? ' for CUDA' : ''} (${Math.round(wheel.bytes / 1e6)} MB)`
      : `unpack ${wheelFile}`;
  return [
    ...(found === undefined ? [`install ${settings.package}`] : []),
    ...(needs.library ? [`${source}, ${Math.round(wheel.unpackedBytes / 1e6)} MB on disk`] : []),
    ...(needs.binding ? ['compile the binding'] : []),
    'put the binding into the package',
  ];
}

function ignoreNativeError(error: unknown): undefined {
  if (!(error instanceof NativeError)) throw error;
}
