/** What something took. */
export interface Cost {
  /** Seconds of the processor: those on a clock depend on what else runs. */
  readonly seconds: number;
  /** Bytes of the buffers that were there afterwards and not before. */
  readonly bytes: number;
}

/** What an action took. */
export function costOf(action: () => void): Cost {
  const [started, before] = [process.cpuUsage(), process.memoryUsage().arrayBuffers];
  action();
  return {
    seconds: process.cpuUsage(started).user / 1e6,
    bytes: process.memoryUsage().arrayBuffers - before,
  };
}
