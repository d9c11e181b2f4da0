import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { parseLabelPickle } from '../../../src/index.ts';
import { pickled } from '../pickled.ts';

const PATH = 'train_label.pkl';

/** A pickle of protocol 2 that holds what these operations make. */
const pickle = (...operations: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from([
    ...[0x80, 2],
    ...operations.flatMap((part) =>
      typeof part === 'number' ? [part] : Array.from(part, (letter) => letter.charCodeAt(0)),
    ),
    0x2e,
  ]);

describe('parseLabelPickle', () => {
  it.each(['labelsTuple', 'labelsList', 'labelsArray'] as const)('reads %s', (name) => {
    expect(parseLabelPickle(pickled(name), PATH)).toEqual({
      names: ['S001C001P001R001A001', 'S001C002P003R001A060', 'other'],
      labels: [0, 59, 7],
    });
  });

  it.each<[string, Uint8Array, string]>([
    ['a list of labels alone', pickle(']K', 1, 'a'), 'expected (names, labels), got a list of 1'],
    ['a dict', pickle('}'), 'expected (names, labels), got a dict of 0'],
    ['no list of names', pickle('N]', 0x86), 'expected a list of names, got null'],
    ['a name that is none', pickle(']K', 1, 'a]K', 1, 'a', 0x86), 'name 0: expected a text, got 1'],
    ['fewer labels', pickle(']U', 1, 'aa]', 0x86), 'got 1 names and 0 labels'],
    [
      'a half',
      pickle(']U', 1, 'aa]G', 0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 'a', 0x86),
      'label 0: expected an integer of at least 0, got 0.5',
    ],
    ['a negative label', pickle(']U', 1, 'aa]J', 255, 255, 255, 255, 'a', 0x86), 'got -1'],
    [
      'a label beyond 2^53',
      pickle(']U', 1, 'aa]', 0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 64, 'a', 0x86),
      'got 4611686018427387904',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseLabelPickle(bytes, PATH)).toThrow(FormatError);
    expect(() => parseLabelPickle(bytes, PATH)).toThrow(message);
  });

  it('refuses a label of an array that no double holds', () => {
    const bytes = pickled('labelsArray');
    const at = Buffer.from(bytes).indexOf(Buffer.from(BigInt64Array.of(0n, 59n, 7n).buffer));
    bytes[at + 15] = 1;
    expect(() => parseLabelPickle(bytes, PATH)).toThrow(
      `${PATH}: label 1: expected an integer of at least 0, got 72057594037928000`,
    );
  });
});
