import { open, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesPerElement, formatNpy, type NdArray, parseNpy, parseNpyHeader } from '@halp/files';
import { openNpy } from '@halp/files/node';
import { temporaryFolder } from '../disk/folder.ts';
import { asTexts, decodeBase64, reference } from '../reference.ts';
import { anyArray, counting, HOLDERS, identityOf } from './arrays.ts';

const PATH = 'clips.npy';

/** The file of an array with its header changed; the room after the entries stays as long. */
function withHeader(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const { dataOffset } = parseNpyHeader(bytes, PATH);
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, dataOffset));
  const changed = text.replace(from, to);
  const padded = `${changed.trimEnd()}${' '.repeat(dataOffset)}`.slice(0, dataOffset - 1) + '\n';
  const out = bytes.slice();
  out.set(Array.from(padded, (letter) => letter.charCodeAt(0)));
  return out;
}

/** The same array in a file with the other byte order. */
function bigEndian(array: NdArray): Uint8Array {
  const size = bytesPerElement(array.dtype);
  const bytes = formatNpy(array);
  if (size === 1) return bytes;
  const { dataOffset } = parseNpyHeader(bytes, PATH);
  for (let at = dataOffset; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return withHeader(bytes, "'<", "'>");
}

/** The same array in a file whose first axis is fastest, by a loop over all indices. */
function fortran(array: NdArray): Uint8Array {
  const { shape, dtype } = array;
  const data = array.data.slice();
  for (let c = 0; c < data.length; c++) {
    let [rest, f, stride] = [c, 0, 1];
    const place = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % (shape[axis] as number);
      rest = Math.floor(rest / (shape[axis] as number));
    }
    for (let axis = 0; axis < shape.length; axis++) {
      f += (place[axis] as number) * stride;
      stride *= shape[axis] as number;
    }
    data[f] = array.data[c] as number & bigint;
  }
  return withHeader(
    formatNpy({ dtype, shape, data }),
    "'fortran_order': False",
    "'fortran_order': True",
  );
}

/** A half-precision file of these bit patterns. */
function halves(bits: readonly number[], order: '<' | '>' = '<'): Uint8Array {
  const array: NdArray = { dtype: 'uint16', shape: [bits.length], data: Uint16Array.from(bits) };
  const bytes = order === '<' ? formatNpy(array) : bigEndian(array);
  return withHeader(bytes, `${order}u2`, `${order}f2`);
}

describe('files that NumPy stores in another byte order or axis order', () => {
  it.each(reference.stored)('are read: $dtype $shape', ({ dtype, shape, values, base64 }) => {
    const array = parseNpy(decodeBase64(base64), PATH);
    expect([array.dtype, array.shape]).toEqual([dtype, shape]);
    expect(array.data).toBeInstanceOf(HOLDERS[dtype]);
    const expected = values.map((text) =>
      dtype.startsWith('float') ? String(Number(text.replace('inf', 'Infinity'))) : text,
    );
    expect(asTexts(array.data, dtype)).toEqual(expected);
    expect(identityOf(parseNpy(formatNpy(array), PATH))).toEqual(identityOf(array));
  });

  it('keep the facts of the file in the header', () => {
    const header = parseNpyHeader(fortran(counting('float64', [2, 3])), PATH);
    expect(header).toMatchObject({ dtype: 'float64', byteOrder: 'little', fortranOrder: true });
    const half = parseNpyHeader(halves([1, 2], '>'), PATH);
    expect(half).toMatchObject({ dtype: 'float16', byteOrder: 'big', fortranOrder: false });
  });

  it('give the same array whatever their order, bit by bit', () => {
    const same = fc.property(anyArray, (array) => {
      expect(identityOf(parseNpy(bigEndian(array), PATH))).toEqual(identityOf(array));
      expect(identityOf(parseNpy(fortran(array), PATH))).toEqual(identityOf(array));
    });
    fc.assert(same, { seed: 1, numRuns: 200 });
  });

  it('do not change the bytes that they are read from', () => {
    const bytes = bigEndian(counting('float32', [3]));
    const before = bytes.slice();
    parseNpy(Buffer.from(bytes.buffer), PATH);
    expect(bytes).toEqual(before);
  });
});

describe('half precision', () => {
  it('becomes the float32 of the same value, for all 65536 patterns', () => {
    const patterns = Array.from({ length: 65_536 }, (_, bits) => bits);
    const { dtype, data } = parseNpy(halves(patterns), PATH);
    expect(dtype).toBe('float32');
    const wrong = patterns.filter((bits) => !Object.is(data[bits], valueOf(bits)));
    expect(wrong).toEqual([]);
  });

  it('keeps the payload of a NaN', () => {
    const { data } = parseNpy(halves([0xfe01]), PATH);
    expect(new Uint32Array(data.buffer)[0]).toBe(0xffc02000);
  });

  /** IEEE 754, section 3.4. */
  function valueOf(bits: number): number {
    const sign = bits >> 15 ? -1 : 1;
    const [exponent, mantissa] = [(bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
    if (exponent === 0) return sign * 2 ** -14 * (mantissa / 1024);
    return sign * 2 ** (exponent - 15) * (1 + mantissa / 1024);
  }
});

describe('openNpy', () => {
  const folder = temporaryFolder();

  it.each([
    ['big-endian', bigEndian, true],
    ['in Fortran order', fortran, false],
  ] as const)('reads rows of a file that is %s', async (_, write, byPosition) => {
    const array = counting('float32', [5, 2, 3]);
    await writeFile(folder.path(PATH), write(array));
    const file = await openNpy(folder.path(PATH));
    expect(file.byPosition).toBe(byPosition);
    for (const [start, count] of [
      [0, 5],
      [3, 2],
      [2, 1],
      [5, 0],
    ] as const) {
      const data = array.data.slice(start * 6, (start + count) * 6);
      const expected = { dtype: 'float32', shape: [count, 2, 3], data } as const;
      expect(identityOf(await file.readRows(start, count))).toEqual(identityOf(expected));
    }
    await file.close();
  });

  it('reads rows of half precision by position', async () => {
    await writeFile(folder.path(PATH), halves([0x3c00, 0xc000, 0x7c00], '>'));
    const file = await openNpy(folder.path(PATH));
    expect(file.byPosition).toBe(true);
    expect([...(await file.readRows(1, 2)).data]).toEqual([-2, Infinity]);
    await file.close();
  });

  it('reads a file in Fortran order by position where the orders are the same', async () => {
    await writeFile(folder.path(PATH), fortran(counting('int16', [1, 5, 1])));
    const file = await openNpy(folder.path(PATH));
    expect(file.byPosition).toBe(true);
    expect([...(await file.readRows(0, 1)).data]).toEqual([0, 1, 2, 3, 4]);
    await file.close();
  });

  it('returns copies of rows, which can be written to', async () => {
    await writeFile(folder.path(PATH), fortran(counting('int16', [2, 2])));
    const file = await openNpy(folder.path(PATH));
    const rows = await file.readRows(0, 2);
    (rows.data as Int16Array).fill(9);
    expect([...(await file.readRows(0, 2)).data]).toEqual([0, 1, 2, 3]);
    await file.close();
  });

  it('refuses more than 1 GiB in Fortran order, without allocating', async () => {
    const bytes = fortran(counting('uint8', [2, 3]));
    const large = withHeader(bytes, '(2, 3)', '(2000, 1000000)');
    const handle = await open(folder.path(PATH), 'w');
    await handle.write(large.subarray(0, 128));
    await handle.close();
    await truncate(folder.path(PATH), 128 + 2e9);
    const before = process.memoryUsage().arrayBuffers;
    await expect(openNpy(folder.path(PATH))).rejects.toThrow(
      'expected C order, or at most 1073741824 bytes in Fortran order, got 2000000000 bytes of ' +
        "uint8 [2000, 1000000]; convert it with NumPy's ascontiguousarray",
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });
});
