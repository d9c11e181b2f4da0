import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  FormatError,
  type NdArray,
  parsePickle,
  type PickledArray,
  type PickleValue,
} from '@halp/files';
import { openPickle } from '@halp/files/node';
import { temporaryFolder } from '../disk/folder.ts';
import { decodeBase64 } from '../reference.ts';
import { global, pickle, text } from './pickle-bytes.ts';

interface Case {
  readonly numpy: string;
  readonly protocol: number;
  readonly base64: string;
}
type Dict<Numbers> = ReadonlyMap<string, readonly PickleValue<Numbers>[]>;

const PATH = 'clips.pkl';
/** What `views.py` of the fixtures pickles, with several versions of NumPy. */
const cases = JSON.parse(
  readFileSync(new URL('../fixtures/views.json', import.meta.url), 'utf8'),
) as readonly Case[];

/** Element i, j, k of the array of 24 numbers from which the views are made. */
const base = (i: number, j: number, k: number): number => 12 * i + 4 * j + k;

type Sizes = readonly [number, number, number];
function filled(
  dtype: NdArray['dtype'],
  shape: Sizes,
  at: (a: number, b: number, c: number) => number,
) {
  const numbers: number[] = [];
  for (let a = 0; a < shape[0]; a++) {
    for (let b = 0; b < shape[1]; b++) {
      for (let c = 0; c < shape[2]; c++) numbers.push(at(a, b, c));
    }
  }
  return { dtype, shape, numbers };
}

const views = [
  filled('float32', [2, 3, 4], base),
  filled('float32', [4, 3, 2], (a, b, c) => base(c, b, a)),
  filled('float32', [3, 2, 4], (a, b, c) => base(b, a, c)),
  filled('float32', [4, 2, 3], (a, b, c) => base(b, c, a)),
  filled('float32', [2, 2, 4], (a, b, c) => base(a, 2 * b, c)),
  filled('float32', [3, 2, 4], (a, b, c) => base(b, a, 3 - c)),
  filled('int16', [3, 2, 4], (a, b, c) => base(b, a, c)),
  filled('float32', [3, 1, 4], (a, _, c) => base(0, a, c)),
  filled('float32', [3, 0, 4], base),
  { dtype: 'bool', shape: [4, 3], numbers: [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
];
const asCase = ({ dtype, shape, data }: NdArray): unknown => ({
  ...{ dtype, shape },
  numbers: Array.from(data, Number),
});
const bytesOf = (word: string): Uint8Array => new TextEncoder().encode(word);

describe.each(cases)('NumPy $numpy, protocol $protocol:', ({ base64 }) => {
  const value = parsePickle(decodeBase64(base64), PATH) as Dict<NdArray>;
  const folder = temporaryFolder();

  it('views with permuted axes are read as in NumPy', () => {
    expect((value.get('views') as NdArray[]).map(asCase)).toEqual(views);
  });

  it('texts of NumPy are texts, its bytes bytes', () => {
    expect(value.get('names')).toEqual(['clip', 'ü😀', '', bytesOf('clip')]);
  });

  it('arrays of texts, bytes and objects are lists', () => {
    expect(value.get('lists')).toEqual([
      ...[
        ['a', 'bcd', 'ü'],
        ['a', 'bcd'],
        [bytesOf('a'), bytesOf('bcd')],
      ],
      ...[['a', 5, null], [], []],
    ]);
  });

  it('openPickle reads the same by position, and a few numbers immediately', async () => {
    await writeFile(folder.path(PATH), decodeBase64(base64));
    const file = await openPickle(folder.path(PATH));
    const opened = file.value as Dict<PickledArray>;
    const arrays: NdArray[] = [];
    for (const place of opened.get('views') as PickledArray[]) {
      expect(place).not.toHaveProperty('data');
      arrays.push(await file.readArray(structuredClone(place)));
    }
    await file.close();
    expect(arrays.map(asCase)).toEqual(views);
    expect(opened.get('names')).toEqual(value.get('names'));
    expect(opened.get('lists')).toEqual(value.get('lists'));
    expect(opened.get('few')).toMatchObject([{ few: [7] }, { few: [1080, 1920] }, 3, 9]);
  });
});

describe('an axis order is refused', () => {
  const view = (order: string, ...axes: readonly number[]): Uint8Array =>
    pickle(
      ...[global('numpy._core.numeric', '_frombuffer'), '('],
      ...[
        [0x55, 6, 1, 2, 3, 4, 5, 6],
        global('numpy', 'dtype'),
        text('u1'),
        'K',
        0,
        'K',
        1,
        0x87,
        'R',
      ],
      ...['(K', 2, 'K', 3, 't', text(order)],
      ...(axes.length === 0 ? [] : ['(', ...axes.flatMap((axis) => ['K', axis]), 't']),
      ...['tR'],
    );

  it('unless it names each axis once', () => {
    expect(asCase(parsePickle(view('K', 1, 0), PATH) as NdArray)).toEqual({
      ...{ dtype: 'uint8', shape: [3, 2], numbers: [1, 4, 2, 5, 3, 6] },
    });
    for (const axes of [[0], [0, 0], [1, 2], [0, 1, 2], []]) {
      expect(() => parsePickle(view('K', ...axes), PATH)).toThrow(
        /clips\.pkl \(byte \d+\): expected each axis once as the axis order of an array/,
      );
    }
  });

  it('and so is another order', () => {
    expect(() => parsePickle(view('A', 1, 0), PATH)).toThrow('expected C, F or K');
  });
});

it('empty texts of any number, which take no bytes, are refused', () => {
  const many = pickle(
    ...[global('numpy._core.numeric', '_frombuffer'), '('],
    ...[[0x55, 0], global('numpy', 'dtype'), text('U0'), 'K', 0, 'K', 1, 0x87, 'R'],
    ...['(J', [0, 0, 0, 0x7f], 't', text('C'), 'tR'],
  );
  expect(() => parsePickle(many, PATH)).toThrow(FormatError);
});
