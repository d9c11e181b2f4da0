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
