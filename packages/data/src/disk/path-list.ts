import { gotText } from '@halp/random/check';

/**
 * The paths of an option `raw`: one path, or a list.
 *
 * @throws TypeError if it is neither, or an empty list.
 */
export function pathList(caller: string, raw: string | readonly string[]): readonly string[] {
  const all = (Array.isArray(raw) ? raw : [raw]) as readonly string[];
  if (all.length > 0 && all.every((path: unknown) => typeof path === 'string')) return all;
  throw new TypeError(
    `${caller}: expected raw to be a path or a list of paths, got ${gotText(raw)}`,
  );
}
