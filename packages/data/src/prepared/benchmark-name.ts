/**
 * The name of a benchmark, as a prepared data set can use it for a folder: lower case, letters, digits
 * and dashes; `xsetup` is called `xset`. Undefined if nothing is left.
 */
export function benchmarkName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .replace(/^xsetup$/, 'xset');
  return name === '' ? undefined : name;
}
