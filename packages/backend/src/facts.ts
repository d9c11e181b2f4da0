import type { PassedOver } from './choose.ts';
import type { BackendName } from './names/names.ts';

/** What there is to know about the backend that runs. */
export interface BackendFacts {
  /** The backend. */
  readonly backend: BackendName;
  /** The faster ones that did not start, and why. */
  readonly passedOver: readonly PassedOver[];
  /** Node's version, such as `20.20.2`; undefined in a browser. */
  readonly node?: string;
  /** The operating system and processor family, such as `linux-x64`; in a browser what it calls itself. */
  readonly platform: string;
  /** TensorFlow.js's version. */
  readonly tfjs: string;
  /** The version of TensorFlow's own library; undefined on other backends. */
  readonly tensorflow?: string;
  /** What computes: `CPU` or `GPU`, and the processor's name as far as it is known. */
  readonly device: string;
  /** How many threads one operation may use. */
  readonly threads: number;
  /** Measured rate of float32 matrix products, in 1e9 operations per second. */
  readonly gflops: number;
  /** What would make it faster, one line each; empty if nothing is known. */
  readonly advice: readonly string[];
}
