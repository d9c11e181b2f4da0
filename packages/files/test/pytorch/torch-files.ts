import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { FormatError, type NdArray, parsePyTorch, type PickleValue } from '@halp/files';
import { outcome } from '../npy/arrays.ts';
import { global, pickle, text } from '../pickle/pickle-bytes.ts';
import { asTexts, type ReferenceArray } from '../reference.ts';
import { stored, type TestMember, zip } from '../zip/zip-writer.ts';

/** Files written by PyTorch; see `fixtures/README.md`. */
export interface TorchFixtures {
  readonly tensors: Readonly<Record<string, ReferenceArray>>;
  readonly files: readonly {
    readonly format: string;
    readonly protocol: number;
    readonly base64: string;
  }[];
  readonly unsigned: {
    readonly tensors: Readonly<Record<string, ReferenceArray>>;
    readonly base64: string;
  };
  readonly plain: Readonly<Record<'zip' | 'legacy', string>>;
  readonly unchecked: string;
  readonly checkpoint: Readonly<Record<'zip' | 'legacy', string>> & {
    readonly tensors: Readonly<Record<string, ReferenceArray>>;
    readonly momentum: readonly ReferenceArray[];
  };
  readonly refused: Readonly<Record<string, string>>;
}

export const torchFixtures = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch.json', import.meta.url), 'utf8'),
) as TorchFixtures;

/** An array as the fixtures describe one. */
export function asReference({ dtype, shape, data }: NdArray): ReferenceArray {
  return { dtype, shape: [...shape], values: asTexts(data, dtype) };
}

/** The same numbers as JavaScript types. */
export function inWords(array: ReferenceArray): ReferenceArray {
  if (!array.dtype.startsWith('float')) return array;
  const values = array.values.map((value) => String(Number(value.replace('inf', 'Infinity'))));
  return { ...array, values };
}

/** Operations of a pickle. */
export type Operations = readonly (string | number | readonly number[])[];

/** An integer of 32 bits, or of 64 if it needs more. */
export function integer(value: number): readonly number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return Math.abs(value) < 2 ** 31 ? [0x4a, ...bytes.subarray(0, 4)] : [0x8a, 8, ...bytes];
}

/** The fields of a tensor; `count` numbers are in its storage. */
export interface TestTensor {
  readonly storage?: string;
  readonly key?: string;
  readonly count: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** What the old format has after the count. */
  readonly part?: Operations;
}

/** The operations that make a tensor, as `torch.save` writes them. */
export function tensor({
  storage = 'FloatStorage',
  key = '0',
  count,
  offset = 0,
  shape,
  strides,
  part = [],
}: TestTensor): Operations {
  return [
    ...[global('torch._utils', '_rebuild_tensor_v2'), '(('],
    ...[text('storage'), global('torch', storage), text(key), text('cpu'), integer(count)],
    ...[...part, 'tQ', integer(offset)],
    ...['(', ...shape.map(integer), 't(', ...strides.map(integer), 't', 0x89],
    ...[global('collections', 'OrderedDict'), ')RtR'],
  ];
}

/** A file of the zip format with this value and these storages, and more members or others. */
export function torchZip(
  value: Operations,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: readonly TestMember[] = [],
): Uint8Array {
  const data = Object.entries(storages).map(([key, bytes]) => stored(`archive/data/${key}`, bytes));
  return zip([stored('archive/data.pkl', pickle(...value)), ...data, ...more]);
}

/** A storage of the old format: its key, the count before its numbers, and the numbers. */
export type LegacyStorage = readonly [key: string, count: number, bytes: Uint8Array];

/** A file of the old format with this value and these storages. */
export function torchLegacy(
  value: Operations,
  storages: readonly LegacyStorage[] = [],
): Uint8Array {
  const magic = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
  const pieces = [
    ...[pickle(magic), pickle(integer(1001)), pickle('}'), pickle(...value)],
    pickle('](', ...storages.map(([key]) => text(key)), 'e'),
    ...storages.flatMap(([, count, bytes]) => [
      new Uint8Array(BigInt64Array.of(BigInt(count)).buffer),
      bytes,
    ]),
  ];
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** The bytes of these numbers. */
export function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** 0 to 5, and a tensor of which they are the storage. */
export const six = floats(0, 1, 2, 3, 4, 5);
export const row = { count: 6, shape: [6], strides: [1] } as const;

/** The file's name in the tests. */
export const PATH = 'checkpoint.pth';

/** What a file holds. */
export function readTorch(bytes: Uint8Array): PickleValue {
  return parsePyTorch(bytes, PATH);
}

/** The message with which a file is refused. */
export function refusal(bytes: Uint8Array): string {
  const error = outcome(() => readTorch(bytes));
  // Not shown: what was read may be large.
  if (!(error instanceof FormatError)) throw new Error('expected a FormatError, got a value');
  expect(error.message).toMatch(/^checkpoint\.pth/);
  return error.message;
}

/** A dict. */
export function asMap(value: PickleValue | undefined): ReadonlyMap<PickleValue, PickleValue> {
  expect(value).toBeInstanceOf(Map);
  return value as ReadonlyMap<PickleValue, PickleValue>;
}
