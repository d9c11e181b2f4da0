import { gotText } from '@halp/random/check';

/**
 * Throws unless the value is a path, or a list of at least one.
 *
 * @throws TypeError otherwise.
 */
export function expectPaths(caller: string, raw: string | readonly string[]): void {
  const all: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  if (all.length > 0 && all.every((path) => typeof path === 'string')) return;
  throw new TypeError(
    `${caller}: expected raw to be a path or a list of them, got ${gotText(raw)}`,
  );
}
