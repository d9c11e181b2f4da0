/** The changes of a call in its process, so that they can be undone. */
export interface Changes {
  /** Records how a change is undone. */
  readonly add: (undo: () => void) => void;
  /** Undoes every change, the last one first; a second call does nothing. */
  readonly undo: () => void;
}

/** An empty list of changes. */
export function createChanges(): Changes {
  const undos: (() => void)[] = [];
  return {
    add: (undo) => void undos.push(undo),
    undo() {
      for (let last = undos.pop(); last !== undefined; last = undos.pop()) last();
    },
  };
}

/**
 * Defines a property of an object.
 *
 * Undoing restores the property, unless other code has redefined it since.
 */
export function defineProperty(
  changes: Changes,
  object: object,
  name: string,
  value: unknown,
): void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  changes.add(() => {
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== value) return;
    if (before === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, before);
  });
}
