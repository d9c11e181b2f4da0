import { zlibSync } from 'fflate';

/** The classes of arrays by name, with the number of the class and of the type in which it is stored. */
const CLASSES = {
  cell: [1, 14],
  struct: [2, 14],
  char: [4, 4],
  sparse: [5, 9],
  double: [6, 9],
  single: [7, 7],
  int8: [8, 1],
  uint8: [9, 2],
  int16: [10, 3],
  uint16: [11, 4],
  int32: [12, 5],
  uint32: [13, 6],
  int64: [14, 12],
  uint64: [15, 13],
} as const;

/** A variable as MATLAB's `save` would write it. */
export interface WrittenVariable {
  readonly name: string;
  readonly kind: keyof typeof CLASSES;
  readonly shape: readonly number[];
  /** First axis fastest. */
  readonly numbers: readonly number[];
  /** The number of the type in which the numbers are stored. Default: the type of the class. */
  readonly storedAs?: number;
  /** Bits 8 to 15 of the array flags: 0x0200 logical, 0x0800 complex. */
  readonly flags?: number;
}

/** How a file is written. */
export interface MatOptions {
  readonly littleEndian?: boolean;
  readonly compressed?: boolean;
}

/** The bytes of a MAT-file of version 5, written after its published description. */
export function writeMat(
  variables: readonly WrittenVariable[],
  options: MatOptions = {},
): Uint8Array {
  const { littleEndian = true, compressed = false } = options;
  const header = new Uint8Array(128).fill(32);
  header.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, written by a test'));
  header.fill(0, 116, 124);
  header.set(littleEndian ? [0, 1, 0x49, 0x4d] : [1, 0, 0x4d, 0x49], 124);
  const elements = variables.map((variable) => {
    const matrix = matrixOf(variable, littleEndian);
    return compressed ? element(15, zlibSync(matrix), littleEndian, 1) : matrix;
  });
  return joined([header, ...elements]);
}

/** A data element; data of up to four bytes are in its tag, as MATLAB writes them. */
export function element(
  type: number,
  data: Uint8Array,
  littleEndian: boolean,
  multiple = 8,
): Uint8Array {
  const isSmall = data.length <= 4 && multiple === 8;
  const start = isSmall ? 4 : 8;
  const bytes = new Uint8Array(Math.ceil((start + data.length) / multiple) * multiple);
  const view = new DataView(bytes.buffer);
  if (isSmall) view.setUint32(0, data.length * 65_536 + type, littleEndian);
  else {
    view.setUint32(0, type, littleEndian);
    view.setUint32(4, data.length, littleEndian);
  }
  bytes.set(data, start);
  return bytes;
}

/** The element of a variable; `data` replaces its numbers as they are stored. */
export function matrixOf(
  variable: WrittenVariable,
  littleEndian: boolean,
  data?: Uint8Array,
): Uint8Array {
  const { name, kind, shape, numbers, flags = 0 } = variable;
  const [number, type] = CLASSES[kind];
  const { storedAs = type } = variable;
  const parts = [
    element(6, encoded(6, [number + flags, 0], littleEndian), littleEndian),
    element(5, encoded(5, shape, littleEndian), littleEndian),
    element(1, new TextEncoder().encode(name), littleEndian),
    element(storedAs, data ?? encoded(storedAs, numbers, littleEndian), littleEndian),
  ];
  return element(14, joined(parts), littleEndian);
}

function encoded(type: number, numbers: readonly number[], littleEndian: boolean): Uint8Array {
  const size = [0, 1, 1, 2, 2, 4, 4, 4, 0, 8, 0, 0, 8, 8, 8][type] as number;
  const view = new DataView(new ArrayBuffer(numbers.length * size));
  numbers.forEach((value, i) => {
    const at = i * size;
    if (type === 7) view.setFloat32(at, value, littleEndian);
    else if (type === 9) view.setFloat64(at, value, littleEndian);
    else if (size === 8) view.setBigInt64(at, BigInt(value), littleEndian);
    else if (size === 4) view.setInt32(at, value, littleEndian);
    else if (size === 2) view.setInt16(at, value, littleEndian);
    else view.setInt8(at, value);
  });
  return new Uint8Array(view.buffer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
