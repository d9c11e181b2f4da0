import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NdArray, stateOf } from '@halp/files';
import { costOf } from '../cost.ts';
import { global, text } from '../pickle/pickle-bytes.ts';
import { stored } from '../zip/zip-writer.ts';
import {
  asMap,
  integer,
  type Operations,
  PATH,
  readTorch,
  refusal,
  row,
  six,
  tensor,
  type TestTensor,
  torchLegacy,
  torchZip,
} from './torch-files.ts';

/** The numbers of a view of 0, 1, 2, 3, 4, 5, read from both formats. */
const numbersOf = (facts: Omit<TestTensor, 'count'>): readonly number[] => {
  const value = tensor({ count: 6, ...facts });
  const files = [torchZip(value, { 0: six }), torchLegacy(value, [['0', 6, six]])];
  const [a, b] = files.map((bytes) => readTorch(bytes) as NdArray) as [NdArray, NdArray];
  expect(a).toEqual(b);
  expect(a.shape).toEqual(facts.shape);
  return Array.from(a.data, Number);
};

describe('a tensor', () => {
  it('is the view of its storage given by offset and strides', () => {
    expect(numbersOf({ shape: [2, 3], strides: [3, 1] })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbersOf({ shape: [3, 2], strides: [1, 3] })).toEqual([0, 3, 1, 4, 2, 5]);
    expect(numbersOf({ offset: 1, shape: [2], strides: [4] })).toEqual([1, 5]);
    expect(numbersOf({ offset: 3, shape: [], strides: [] })).toEqual([3]);
    expect(numbersOf({ offset: 5, shape: [2, 2], strides: [0, 0] })).toEqual([5, 5, 5, 5]);
    expect(numbersOf({ shape: [3, 2], strides: [1, 1] })).toEqual([0, 1, 1, 2, 2, 3]);
    expect(numbersOf({ offset: 6, shape: [2, 0], strides: [9, 9] })).toEqual([]);
    expect(numbersOf({ shape: [2 ** 44, 0, 2 ** 52], strides: [1, 1, 1] })).toEqual([]);
    expect(numbersOf({ offset: 2, shape: [1, 3, 1], strides: [99, 1, 77] })).toEqual([2, 3, 4]);
  });

  it('has the numbers that a loop over all indices finds', () => {
    const axis = fc.record({ size: fc.integer({ min: 0, max: 4 }), stride: fc.nat(7) });
    const storage = Uint8Array.from({ length: 256 }, (_, i) => i);
    const same = fc.property(fc.array(axis, { maxLength: 5 }), fc.nat(100), (axes, offset) => {
      const [shape, strides] = [axes.map(({ size }) => size), axes.map(({ stride }) => stride)];
      let expected = [offset];
      for (const { size, stride } of axes) {
        expected = expected.flatMap((at) =>
          Array.from({ length: size }, (_, i) => at + i * stride),
        );
      }
      const value = tensor({ storage: 'ByteStorage', count: 256, offset, shape, strides });
      const array = readTorch(torchZip(value, { 0: storage })) as NdArray;
      expect([array.dtype, array.shape]).toEqual(['uint8', shape]);
      expect([...array.data]).toEqual(expected);
    });
    fc.assert(same, { seed: 1, numRuns: 200 });
  });

  it('that occurs twice is one array; two that share numbers are two', () => {
    const value = ['](', ...tensor(row), 'q', 7, 'h', 7, ...tensor(row), 'e'];
    const [a, b, c] = readTorch(torchZip(value, { 0: six })) as NdArray[];
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    expect(a).toEqual(c);
    expect(a?.data.buffer).not.toBe(c?.data.buffer);
  });

  it('is copied: later writes to the bytes change nothing', () => {
    const bytes = torchZip(tensor(row), { 0: six });
    const array = readTorch(bytes) as NdArray;
    bytes.fill(0);
    expect([...array.data]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is read from a big-endian machine', () => {
    const big = new Uint8Array(8);
    new DataView(big.buffer).setFloat32(0, 0.5);
    new DataView(big.buffer).setFloat32(4, -2);
    const order = [stored('archive/byteorder', new TextEncoder().encode('big'))];
    const value = tensor({ count: 2, shape: [2], strides: [1] });
    expect([...(readTorch(torchZip(value, { 0: big }, order)) as NdArray).data]).toEqual([0.5, -2]);
    const turned = tensor({ count: 2, shape: [2, 2], strides: [1, 0] });
    expect([...(readTorch(torchZip(turned, { 0: big }, order)) as NdArray).data]).toEqual([
      0.5, 0.5, -2, -2,
    ]);
  });

  it('of the GPU, of Python 2, and a part of another storage are read in the old format', () => {
    const part = ['(', text('view'), integer(2), integer(3), 't'];
    const list = [
      ...[global('collections', 'OrderedDict'), '](]('],
      ...[text('w'), ...tensor({ ...row, shape: [2], strides: [2], part }), 'ee', 0x85, 'R'],
    ];
    const state = readTorch(torchLegacy(list, [['0', 6, six]]));
    expect(Object.keys(stateOf(state, PATH).tensors)).toEqual(['w']);
    expect([...(asMap(state).get('w') as NdArray).data]).toEqual([2, 4]);
    const onGpu = tensor(row).map((operation) =>
      operation === global('torch', 'FloatStorage')
        ? global('torch.cuda', 'FloatStorage')
        : operation,
    );
    expect(readTorch(torchLegacy(onGpu, [['0', 6, six]]))).toMatchObject({ shape: [6] });
  });

  it('of the oldest kind, a parameter with a state, and a bare storage are arrays', () => {
    const name = (operations: Operations, to: string): Operations =>
      operations.map((operation) =>
        operation === global('torch._utils', '_rebuild_tensor_v2')
          ? global('torch._utils', to)
          : operation,
      );
    const old = name(tensor(row), '_rebuild_tensor');
    expect(readTorch(torchZip(old, { 0: six }))).toMatchObject({ shape: [6] });
    const parameter = [
      ...[global('torch._utils', '_rebuild_parameter_with_state'), '(', ...tensor(row)],
      ...[0x88, 'N}tR'],
    ];
    expect(readTorch(torchZip(parameter, { 0: six }))).toMatchObject({ shape: [6] });
    const bare = ['(', text('storage'), global('torch', 'FloatStorage'), text('0'), 'NK', 6, 'tQ'];
    expect(readTorch(torchZip(bare, { 0: six }))).toMatchObject({ dtype: 'float32', shape: [6] });
  });

  it.each<[string, Omit<TestTensor, 'count'>, string]>([
    [
      'beyond its storage',
      { shape: [7], strides: [1] },
      'expected a storage of 7 numbers for float32 [7] with strides [1] from 0 on, got 6',
    ],
    ['from an offset beyond it', { offset: 6, shape: [1], strides: [1] }, 'of 7 numbers'],
    ['by its strides beyond it', { shape: [2, 2], strides: [5, 1] }, 'of 7 numbers'],
    ['before its storage', { offset: -1, shape: [1], strides: [1] }, 'expected an offset, sizes'],
    ['backwards', { offset: 5, shape: [6], strides: [-1] }, 'expected an offset, sizes'],
    ['of negative size', { shape: [-1], strides: [1] }, 'expected an offset, sizes'],
    ['with too few strides', { shape: [2, 2], strides: [1] }, 'sizes and as many strides'],
    [
      'of more axes than PyTorch has',
      { shape: new Array<number>(65).fill(1), strides: new Array<number>(65).fill(1) },
      'sizes and as many strides',
    ],
    [
      'of more numbers than there are',
      { shape: [2 ** 40, 2 ** 40], strides: [0, 0] },
      'expected at most 281474976710656 numbers in a tensor, got float32 [1099511627776, 1099511627776]',
    ],
    [
      'that is expanded to more than may be made',
      { shape: [2 ** 23], strides: [0] },
      'expected at most 16777216 bytes to be made of a file of',
    ],
  ])('is refused %s', (_, facts, message) => {
    const value = tensor({ count: 6, ...facts });
    expect(refusal(torchZip(value, { 0: six }))).toContain(message);
    expect(refusal(torchLegacy(value, [['0', 6, six]]))).toContain(message);
  });

  it('that is expanded, many times over, is refused before it takes memory or time', () => {
    const expanded = tensor({ count: 6, shape: [2 ** 20], strides: [0] });
    const bytes = torchZip(['](', ...Array.from({ length: 200 }, () => expanded).flat(), 'e'], {
      0: six,
    });
    const cost = costOf(() => {
      expect(refusal(bytes)).toContain('save clones of the tensors that are expanded');
    });
    expect(cost.bytes).toBeLessThan(5e7);
    expect(cost.seconds).toBeLessThan(1);
  });

  it('that is one of very many small views does not decode the storage for each view', () => {
    const count = 2 ** 19;
    const two = tensor({ count, shape: [2], strides: [count - 1] });
    const value = ['](', ...Array.from({ length: 5000 }, () => two).flat(), 'e'];
    const bytes = torchZip(value, { 0: new Uint8Array(4 * count) });
    const cost = costOf(() => {
      expect(readTorch(bytes)).toHaveLength(5000);
    });
    expect(cost.seconds).toBeLessThan(2);
  });
});
