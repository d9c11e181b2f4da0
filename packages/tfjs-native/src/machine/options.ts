import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { NativePackageName } from './package-name.ts';
import { platformOf } from './platform.ts';
import { type Wheel, wheelFor } from './wheel.ts';

/** A step of the installation. */
export type InstallStep = 'package' | 'wait' | 'download' | 'unpack' | 'compile' | 'verify';

/** Progress of the installation. */
export interface InstallProgress {
  /** The step. */
  readonly step: InstallStep;
  /** The step in words; constant during a step. */
  readonly message: string;
  /** The finished part of the step, from 0 to 1, if known. */
  readonly fraction?: number;
}

/** Options of `installNative` and `checkNative`. */
export interface NativeOptions {
  /** The folder whose code imports TensorFlow.js. Default: the current one. */
  readonly project?: string | undefined;
  /** The package to install if the project has none. Default: `@tensorflow/tfjs-node-gpu`, which needs no GPU. */
  readonly package?: NativePackageName | undefined;
  /**
   * A local copy of the wheel; it is only read. Default: pip downloads the wheel. With `cuda`, NVIDIA's wheels must be
   * in the same folder.
   */
  readonly wheelFile?: string | undefined;
  /** Whether TensorFlow computes on NVIDIA's GPUs. Default: false, the CPU. */
  readonly cuda?: boolean | undefined;
  /** The wheel. Default: TensorFlow 2.21.0 for this kind of machine, for CUDA if `cuda` is true. */
  readonly wheel?: Wheel | undefined;
  /** The folder of the libraries of all projects. Default: `halp/tfjs-native` in `XDG_CACHE_HOME` or `~/.cache`. */
  readonly cache?: string | undefined;
  /** The environment for settings (`XDG_CACHE_HOME`, `HALP_NATIVE`, `CXX`) and programs. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Stops the installation and cleans up when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Called at the start of each step, and as it progresses. */
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
}

/** `NativeOptions` with all defaults filled in. */
export interface Settings {
  readonly project: string;
  readonly package: NativePackageName;
  readonly wheelFile: string | undefined;
  readonly wheel: Wheel;
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: InstallProgress) => void;
}

/** The settings for the given options. */
export function settingsOf(options: NativeOptions): Settings {
  const {
    project = '.',
    env = process.env,
    cuda = false,
    wheel = wheelFor(platformOf(process), cuda),
    cache = defaultCache(env),
  } = options;
  return {
    project: resolve(project),
    package: options.package ?? '@tensorflow/tfjs-node-gpu',
    wheelFile: options.wheelFile === undefined ? undefined : resolve(options.wheelFile),
    wheel,
    cache: resolve(cache),
    env,
    signal: options.signal,
    onProgress: options.onProgress ?? (() => undefined),
  };
}

function defaultCache(env: NodeJS.ProcessEnv): string {
  const xdg = env['XDG_CACHE_HOME'] ?? '';
  // Its specification says that relative paths are ignored.
  const home = isAbsolute(xdg) ? xdg : join(env['HOME'] ?? homedir(), '.cache');
  return join(home, 'halp', 'tfjs-native');
}
