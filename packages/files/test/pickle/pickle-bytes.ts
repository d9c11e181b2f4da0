/** A pickle of these operations, letters or bytes. */
export function pickle(
  ...operations: readonly (string | number | readonly number[])[]
): Uint8Array {
  const bytes = operations.flatMap((part) =>
    typeof part === 'string'
      ? Array.from(part, (letter) => letter.charCodeAt(0))
      : typeof part === 'number'
        ? [part]
        : part,
  );
  return Uint8Array.from([0x80, 2, ...bytes, 0x2e]);
}

/** A name such as `numpy.dtype` as protocol 2 writes it. */
export const global = (module: string, name: string): string => `c${module}\n${name}\n`;
/** A short text of Python 2. */
export const text = (value: string): readonly number[] => [
  0x55,
  value.length,
  ...Array.from(value, (letter) => letter.charCodeAt(0)),
];
