import { describe, expect, it } from 'vitest';
import { NumeralReader } from '../../src/text/number-parser.ts';
import { agreementTest, bytesOf, disagreements } from './numerals.ts';

describe('NumeralReader', () => {
  agreementTest(100_000);

  it('agrees with Number where rounding is hard and at the ends of the range', () => {
    const hard = [
      '9007199254740991',
      '9007199254740992',
      '9007199254740993',
      '9007199254740993.0',
      '900719925474099.3',
      '0.30000000000000004',
      '8.41e21',
      '1e22',
      '1e23',
      '9.5e-23',
      '2.2250738585072011e-308',
      '4.9e-324',
      '2e-324',
      '1.7976931348623157e308',
      '1.7976931348623159e308',
      '1e999',
      '-1e999',
      '1e-999',
      '-0',
      '-0.0',
      '+0',
      '0e999',
      '00000000000000000000001',
      '.5',
      '5.',
      '-.5e1',
      '0.000000000000000000000000000000001',
      '123456789012345678901234567890',
      `1${'0'.repeat(400)}`,
      `0.${'0'.repeat(400)}1`,
      '6929495644600919.5',
      '3.5844466002796428e+298',
      '1.00000000000000011102230246251565404236316680908203125',
      '1.00000000000000011102230246251565404236316680908203124',
      '4503599627370496.5',
      '4503599627370497.5',
    ];
    expect(disagreements(hard)).toEqual([0, undefined]);
  });

  it.each([
    '',
    '+',
    '-',
    '.',
    '-.',
    'e5',
    '.e5',
    'NaN',
    'Infinity',
    '-Infinity',
    ' 1',
    'x1',
    '--1',
  ])('finds no numeral at the start of %j, and stays', (text) => {
    const reader = new NumeralReader(bytesOf(text));
    expect(reader.next()).toBeNaN();
    expect(reader.position).toBe(0);
  });

  it.each([
    ['1.5 2', 1.5, 3],
    ['1.5.2', 1.5, 3],
    ['0x10', 0, 1],
    ['1e', 1, 1],
    ['1e+', 1, 1],
    ['2-1', 2, 1],
    ['1_0', 1, 1],
    ['7\r\n', 7, 1],
  ] as const)('takes of %j the numeral and leaves the rest', (text, value, position) => {
    const reader = new NumeralReader(bytesOf(text));
    expect(reader.next()).toBe(value);
    expect(reader.position).toBe(position);
  });

  it('starts at its position, and stops at the end of its bytes within a longer buffer', () => {
    const all = bytesOf('12 3456');
    const reader = new NumeralReader(all.subarray(0, 5), 3);
    expect(reader.next()).toBe(34);
    expect(reader.position).toBe(5);
  });
});
