import type { Changes } from './changes.ts';

/**
 * Sets an environment variable of this process.
 *
 * Undoing restores the earlier value or none, unless other code has set it since.
 */
export function setVariable(changes: Changes, name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  changes.add(() => {
    if (process.env[name] !== value) return;
    if (before === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before;
  });
}
