import { FormatError } from '@halp/files';
import { createRandom, type Random } from '@halp/random';

/** A reader and files that it reads. */
export interface FuzzedReader<Result> {
  /** Valid files, small ones first; every case is a damaged copy of one of them. */
  readonly seeds: readonly Uint8Array[];
  /** The reader; may be asynchronous. */
  readonly read: (bytes: Uint8Array, path: string) => Result | Promise<Result>;
  /** Throws if the result of a damaged file is inconsistent: a shape that does not match its numbers, a NaN. */
  readonly check: (result: Result) => void;
  /** The seed of the cases. Default: 1. */
  readonly seed?: number;
  /** The number of cases, unless `HALP_FUZZ_CASES` is set in the environment. Default: 500. */
  readonly cases?: number;
}

/** The outcome of {@link fuzzReader}. */
export interface FuzzCounts {
  /** The number of cases. */
  readonly cases: number;
  /** Cases that were read, since the damage did not matter or gave another valid file. */
  readonly read: number;
  /** Cases that were refused with a FormatError that names the path. */
  readonly refused: number;
}

const PATH = 'damaged.bin';
/** Processor milliseconds that a case of up to 1 MB may take: wall-clock time depends on other processes. */
const LONGEST = 1000;

/**
 * Reads damaged files: each is read whole, or refused with a `FormatError` that names
 * the path, within one processor second.
 *
 * The damage: bits flipped, bytes overwritten or inserted, files truncated, pieces doubled, swapped or removed,
 * numbers in text replaced by huge or unusual ones, runs of 0x00 and 0xff.
 *
 * @throws Error with the index of the case, its seed and its damage if a case ends otherwise.
 */
export async function fuzzReader<Result>(reader: FuzzedReader<Result>): Promise<FuzzCounts> {
  const { seeds, read, check, seed = 1 } = reader;
  const cases = Number(process.env['HALP_FUZZ_CASES'] ?? reader.cases ?? 500);
  const rng = createRandom(seed);
  let refused = 0;
  for (let index = 0; index < cases; index++) {
    const own = rng.fork('case', index);
    const original = seeds[own.integer(seeds.length)] as Uint8Array;
    const { bytes, damage } = damaged(original, own);
    const fail = (problem: string, cause?: unknown): Error =>
      new Error(`fuzzReader: case ${index} (${damage}) of seed ${seed}: ${problem}`, { cause });
    const start = process.cpuUsage();
    try {
      const result = await read(bytes, PATH);
      try {
        check(result);
      } catch (error) {
        throw fail(`was read, but ${String(error)}`, error);
      }
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('fuzzReader:')) throw error;
      if (!(error instanceof FormatError))
        throw fail(`expected a FormatError, got ${String(error)}`, error);
      if (!error.message.includes(PATH)) throw fail(`expected the path in "${error.message}"`);
      refused++;
    }
    const took = process.cpuUsage(start).user / 1000;
    if (took > LONGEST) throw fail(`expected an answer within ${LONGEST} ms, got it after ${took}`);
  }
  return { cases, read: cases - refused, refused };
}

interface Damaged {
  readonly bytes: Uint8Array;
  readonly damage: string;
}

/** One to three kinds of damage, one after the other. */
function damaged(original: Uint8Array, rng: Random): Damaged {
  let bytes = Uint8Array.from(original);
  const names: string[] = [];
  for (let left = 1 + rng.integer(3); left > 0; left--) {
    const [name, change] = kinds[rng.integer(kinds.length)] as (typeof kinds)[number];
    names.push(name);
    bytes = change(bytes, rng);
  }
  return { bytes, damage: names.join(', ') };
}

type Change = (bytes: Uint8Array<ArrayBuffer>, rng: Random) => Uint8Array<ArrayBuffer>;

const oddNumbers = [
  '-1',
  '0',
  '1e999',
  '-1e999',
  'NaN',
  'Infinity',
  '4294967296',
  '2147483647',
  '9007199254740993',
  '1e-400',
  '0x10',
  '',
];

const kinds: readonly (readonly [name: string, change: Change])[] = [
  ['flipped bits', edit((byte, rng) => byte ^ (1 << rng.integer(8)))],
  ['overwritten bytes', edit((_, rng) => rng.integer(256))],
  ['bytes of 0xff', run(0xff)],
  ['bytes of 0x00', run(0)],
  ['cut off', (bytes, rng) => bytes.slice(0, rng.integer(bytes.length + 1))],
  [
    'taken out',
    (bytes, rng) => {
      const [from, to] = piece(bytes, rng);
      return joined(bytes.subarray(0, from), bytes.subarray(to));
    },
  ],
  [
    'doubled',
    (bytes, rng) => {
      const [from, to] = piece(bytes, rng);
      return joined(bytes.subarray(0, to), bytes.subarray(from));
    },
  ],
  [
    'swapped',
    (bytes, rng) => {
      const [from, to] = piece(bytes, rng);
      const middle = from + rng.integer(to - from + 1);
      return joined(
        bytes.subarray(0, from),
        bytes.subarray(middle, to),
        bytes.subarray(from, middle),
        bytes.subarray(to),
      );
    },
  ],
  [
    'inserted',
    (bytes, rng) => {
      const at = rng.integer(bytes.length + 1);
      const extra = Uint8Array.from({ length: 1 + rng.integer(16) }, () => rng.integer(256));
      return joined(bytes.subarray(0, at), extra, bytes.subarray(at));
    },
  ],
  [
    'a number replaced',
    (bytes, rng) => {
      const isDigit = (byte: number | undefined): boolean =>
        byte !== undefined && byte >= 48 && byte <= 57;
      const from = rng.integer(bytes.length + 1);
      const start = bytes.findIndex((byte, i) => i >= from && isDigit(byte));
      if (start < 0) return bytes;
      let end = start;
      while (isDigit(bytes[end])) end++;
      const text = oddNumbers[rng.integer(oddNumbers.length)] as string;
      return joined(bytes.subarray(0, start), new TextEncoder().encode(text), bytes.subarray(end));
    },
  ],
  [
    'a count replaced',
    (bytes, rng) => {
      if (bytes.length < 8) return bytes;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const at = rng.integer(bytes.length - 7);
      const counts = [0, 1, 0x7fffffff, 0xffffffff, 0x80000000, bytes.length, bytes.length * 8];
      view.setUint32(at, counts[rng.integer(counts.length)] as number, rng.integer(2) === 0);
      return bytes;
    },
  ],
];

function edit(change: (byte: number, rng: Random) => number): Change {
  return (bytes, rng) => {
    for (let left = 1 + rng.integer(8); left > 0 && bytes.length > 0; left--) {
      const at = rng.integer(bytes.length);
      bytes[at] = change(bytes[at] as number, rng);
    }
    return bytes;
  };
}

function run(value: number): Change {
  return (bytes, rng) => {
    const at = rng.integer(bytes.length + 1);
    return bytes.fill(value, at, at + 1 + rng.integer(16));
  };
}

/** A piece of up to 64 bytes, or any length. */
function piece(bytes: Uint8Array, rng: Random): readonly [from: number, to: number] {
  const from = rng.integer(bytes.length + 1);
  const longest = rng.integer(4) === 0 ? bytes.length : 64;
  return [from, Math.min(bytes.length, from + rng.integer(longest + 1))];
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of pieces) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
