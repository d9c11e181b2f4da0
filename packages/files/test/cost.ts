/** The cost of an action. */
export interface Cost {
  /** Processor seconds: wall-clock time depends on other processes. */
  readonly seconds: number;
  /** Bytes of the buffers that exist after the action and did not before. */
  readonly bytes: number;
}

/** Measures an action. */
export function costOf(action: () => void): Cost {
  const [started, before] = [process.cpuUsage(), process.memoryUsage().arrayBuffers];
  action();
  return {
    seconds: process.cpuUsage(started).user / 1e6,
    bytes: process.memoryUsage().arrayBuffers - before,
  };
}
