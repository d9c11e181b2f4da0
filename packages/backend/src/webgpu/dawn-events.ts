/** Calls of Dawn, the WebGPU of Node, whose answers can also be had at once. */
export interface DawnEvents {
  /**
   * What `call` returns. Whatever Dawn begins in it is finished by the event loop as always, or by {@link turn} before.
   */
  begin<T>(call: () => T): T;
  /** Lets Dawn finish what is ready now; false if it waits for nothing. */
  turn(): boolean;
}

/**
 * Dawn looks at its events in calls that it asks `setImmediate` for, which it looks up on `globalThis` each time. Here it
 * finds another one while it is called, and only then, so that its events can be had without going back to the event
 * loop: a tensor can be read at once (`dataSync`), as on every other backend in Node.
 *
 * @remarks Seen with `webgpu` 0.6.2. Where it does something else, {@link DawnEvents.turn} is false and nothing changes.
 */
export function createDawnEvents(): DawnEvents {
  const { setImmediate } = globalThis;
  let waiting: (() => void) | undefined;
  const later = (callback: () => void): NodeJS.Immediate => {
    waiting = callback;
    return setImmediate(turn);
  };
  const begin = <T>(call: () => T): T => {
    const present = globalThis.setImmediate;
    globalThis.setImmediate = later as typeof setImmediate;
    try {
      return call();
    } finally {
      globalThis.setImmediate = present;
    }
  };
  function turn(): boolean {
    const callback = waiting;
    if (callback === undefined) return false;
    waiting = undefined;
    begin(callback);
    return true;
  }
  return { begin, turn };
}
