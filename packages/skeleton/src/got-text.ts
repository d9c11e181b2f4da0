/**
 * A value as text for an error message, on one line.
 *
 * A short copy of `gotText` in `@halp/random`: this package has no dependency.
 */
export function gotText(value: unknown): string {
  if (typeof value === 'string') return `'${JSON.stringify(value).slice(1, 60).replace(/"$/, '')}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value) && 'length' in value) {
    return `a ${value.constructor.name} of ${String(value.length)}`;
  }
  return 'an object';
}
