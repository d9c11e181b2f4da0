/** Calls of Dawn, the WebGPU of Node, whose results can also be obtained synchronously. */
export interface DawnEvents {
  /**
   * The result of `call`. Work that Dawn starts in it is finished by the event loop as always, or earlier by {@link turn}.
   */
  begin<T>(call: () => T): T;
  /** Lets Dawn finish the events that are ready; false if none are pending. */
  turn(): boolean;
}

/**
 * Dawn polls its events in callbacks of `setImmediate`, which it looks up on `globalThis` each time. During its calls, and
 * only then, it finds a replacement here, so that its events can be polled without returning to the event
 * loop: a tensor can be read synchronously (`dataSync`), as on every other backend in Node.
 *
 * @remarks As of `webgpu` 0.6.2. If a version behaves differently, {@link DawnEvents.turn} is false and nothing changes.
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
