/**
 * A text as the name of a benchmark, which is also the name of a folder: lower-case letters, digits and dashes; `xsetup`
 * becomes `xset`. Undefined if no character is left.
 */
export function benchmarkName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .replace(/^xsetup$/, 'xset');
  return name === '' ? undefined : name;
}

/** The form of a benchmark's name, for error messages. */
export const BENCHMARK_NAME = 'a name of lower-case letters, digits and "-"';

/** Whether a text can be the name of a benchmark and of its folder. */
export function isBenchmarkName(name: unknown): name is string {
  return typeof name === 'string' && /^[a-z0-9][a-z0-9-]*$/.test(name);
}
