/** Runs work one at a time. */
export type Turns = <Result>(
  work: () => Promise<Result>,
  isKept: boolean,
) => Promise<Result | undefined>;

/**
 * Turns for a machine that may be slower than the stream: work that comes while other work is in progress is dropped, and
 * undefined is returned for it; one piece that `isKept` waits for its turn.
 */
export function createTurns(): Turns {
  let current: Promise<unknown> | undefined;
  let isWaiting = false;
  return async (work, isKept) => {
    if (current !== undefined) {
      if (!isKept || isWaiting) return undefined;
      isWaiting = true;
      await current.catch(() => undefined);
      isWaiting = false;
    }
    const own = work();
    current = own;
    try {
      return await own;
    } finally {
      if (current === own) current = undefined;
    }
  };
}
