import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { NativePackageName } from './package-name.ts';
import { platformOf } from './platform.ts';
import { type Wheel, wheelFor } from './wheel.ts';

/** What the installation is doing. */
export type InstallStep = 'package' | 'wait' | 'download' | 'unpack' | 'compile' | 'verify';

/** A word about what the installation is doing. */
export interface InstallProgress {
  /** The step. */
  readonly step: InstallStep;
  /** The step in words, the same as long as the step lasts. */
  readonly message: string;
  /** How much of the step is done, from 0 to 1, where that is known. */
  readonly fraction?: number;
}

/** What `installNative` and `checkNative` may be told. */
export interface NativeOptions {
  /** The folder whose code imports TensorFlow.js; by default the current one. */
  readonly project?: string | undefined;
  /** The package to install where the project has none; by default `@tensorflow/tfjs-node-gpu`, which needs no GPU. */
  readonly package?: NativePackageName | undefined;
  /**
   * A copy of the wheel that is on this machine already; it is only read. By default pip downloads one. With `cuda`,
   * NVIDIA's wheels must lie in the same folder.
   */
  readonly wheelFile?: string | undefined;
  /** Whether TensorFlow is to compute on NVIDIA's GPUs; by default it computes on the CPU. */
  readonly cuda?: boolean | undefined;
  /** The wheel; by default TensorFlow 2.21.0 for this kind of machine, for CUDA if `cuda` says so. */
  readonly wheel?: Wheel | undefined;
  /** Where libraries are kept for all projects; by default `halp/tfjs-native` in `XDG_CACHE_HOME` or `~/.cache`. */
  readonly cache?: string | undefined;
  /** Where settings are read (`XDG_CACHE_HOME`, `HALP_NATIVE`, `CXX`) and what programs are started with; by default this process's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Stops the installation and cleans up when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Called at the beginning of each step, and again as it goes on. */
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
}

/** `NativeOptions` with every default in its place. */
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

/** The settings that options mean. */
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
  // Its specification has relative paths ignored.
  const home = isAbsolute(xdg) ? xdg : join(env['HOME'] ?? homedir(), '.cache');
  return join(home, 'halp', 'tfjs-native');
}
