import type { SkippedBackend } from './choose.ts';
import type { BackendName } from './names/names.ts';

/** Facts about the running backend. */
export interface BackendFacts {
  /** The backend. */
  readonly backend: BackendName;
  /** The faster backends that did not start, and why. */
  readonly skipped: readonly SkippedBackend[];
  /** Node's version, such as `20.20.2`; undefined in a browser. */
  readonly node?: string;
  /** The operating system and processor family, such as `linux-x64`; in a browser its user agent. */
  readonly platform: string;
  /** TensorFlow.js's version. */
  readonly tfjs: string;
  /** The version of TensorFlow's library; undefined on other backends. */
  readonly tensorflow?: string | undefined;
  /** The device: `CPU` or `GPU`, and its name if known. */
  readonly device: string;
  /** The threads that one operation may use. */
  readonly threads: number;
  /** Measured rate of float32 matrix products, in 1e9 operations per second. */
  readonly gflops: number;
  /** Advice on making it faster, one line each; may be empty. */
  readonly advice: readonly string[];
}
