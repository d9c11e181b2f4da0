import { expect, it } from 'vitest';
import { createRandom, type Random } from '@halp/random';
import { NumeralReader } from '../../src/text/number-parser.ts';

/** The bytes of a text. */
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The number that the reader parses from a text that is one numeral. */
function read(text: string): number {
  const reader = new NumeralReader(bytesOf(text));
  const value = reader.next();
  return reader.position === text.length ? value : NaN;
}

/** How many texts the reader and `Number` disagree on, and the first of them. */
export function disagreements(
  texts: Iterable<string>,
): readonly [count: number, first: string | undefined] {
  let count = 0;
  let first: string | undefined;
  for (const text of texts) {
    if (Object.is(read(text), Number(text))) continue;
    count++;
    first ??= text;
  }
  return [count, first];
}

const digits = (length: number, rng: Random): string =>
  Array.from({ length }, () => rng.integer(10)).join('');

/** Numerals of every form: signs, points anywhere, up to 40 digits, exponents up to and beyond the range. */
function* randomNumerals(count: number, rng: Random): Generator<string> {
  for (let i = 0; i < count; i++) {
    const own = rng.fork(i);
    const sign = ['', '', '-', '+'][own.integer(4)] as string;
    const long = own.integer(8) === 0 ? 40 : 9;
    const [whole, fraction] = [digits(own.integer(long), own), digits(own.integer(long), own)];
    const point = fraction !== '' || own.integer(2) === 0 ? '.' : '';
    const body =
      whole === '' && fraction === '' ? `${own.integer(10)}` : `${whole}${point}${fraction}`;
    const e = ['', '', 'e', 'E'][own.integer(4)] as string;
    const exponent =
      e === ''
        ? ''
        : `${e}${['', '-', '+'][own.integer(3)]}${own.integer(own.integer(4) === 0 ? 400 : 30)}`;
    yield `${sign}${body}${exponent}`;
  }
}

/** Texts of doubles and floats, as programs print them. */
function* printedNumbers(count: number, rng: Random): Generator<string> {
  const words = new Uint32Array(2);
  const [double] = [new Float64Array(words.buffer)];
  for (let i = 0; i < count; i++) {
    words[0] = rng.integer(2 ** 32);
    words[1] = rng.integer(2 ** 32);
    const any = double[0] as number;
    if (Number.isFinite(any)) yield String(any);
    yield String((rng.uniform() - 0.5) * 10);
    yield Math.fround((rng.uniform() - 0.5) * 10).toPrecision(7);
    yield rng.uniform().toFixed(i % 21);
  }
}

/** Declares the test on so many numerals, half of them made up and half of them printed by programs. */
export function agreementTest(count: number): void {
  it(`agrees with Number on ${count.toLocaleString('en')} numerals`, () => {
    const printed = Math.round(0.13 * count);
    expect(disagreements(randomNumerals(count / 2, createRandom(1)))).toEqual([0, undefined]);
    expect(disagreements(printedNumbers(printed, createRandom(2)))).toEqual([0, undefined]);
  });
}
