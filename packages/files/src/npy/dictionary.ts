import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';

/** The three entries of a `.npy` header, whatever their order. */
export interface NpyDictionary {
  /** The type of the numbers in NumPy's notation, such as `<f4`. */
  readonly descriptor: string;
  /** Whether the first axis is the fastest. */
  readonly fortranOrder: boolean;
  /** The size of each axis. */
  readonly shape: readonly number[];
}

// No two repetitions of blanks are adjacent, so that matching takes linear time.
const SIZE = String.raw`(?:0|[1-9]\d*)L?\s*`;
const ENTRY = new RegExp(
  String.raw`^\s*(?:` +
    String.raw`'descr'\s*:\s*'(?<descr>[^']*)'|` +
    String.raw`'fortran_order'\s*:\s*(?<fortran>True|False)|` +
    String.raw`'shape'\s*:\s*\(\s*(?<shape>(?:${SIZE},\s*)*(?:${SIZE})?)\)` +
    String.raw`)\s*(?:,|(?=\}))`,
);
const END = /^\s*\}\s*$/;

/**
 * The entries of the Python dictionary in the header of a `.npy` file: `descr`, `fortran_order` and `shape`, each once,
 * literals only.
 *
 * @param offset - The position of `text` in the file, for error messages.
 * @throws FormatError if the dictionary holds anything else.
 */
export function parseNpyDictionary(text: string, path: string, offset: number): NpyDictionary {
  const { found, rest } = entriesOf(text);
  const [descriptor, fortran] = [found.get('descr'), found.get('fortran')];
  const shape = tupleOf(found.get('shape'));
  if (!END.test(rest) || descriptor === undefined || fortran === undefined || shape === undefined) {
    throw new FormatError(
      path,
      `expected descr, fortran_order and shape, got ${excerpt(text.trim())}`,
      offset,
    );
  }
  return { descriptor, fortranOrder: fortran === 'True', shape };
}

/** The entries up to the first text that is no entry, and the remaining text. */
function entriesOf(text: string): { readonly found: Map<string, string>; readonly rest: string } {
  const found = new Map<string, string>();
  if (!text.startsWith('{')) return { found, rest: text };
  let rest = text.slice(1);
  for (let match = ENTRY.exec(rest); match !== null; match = ENTRY.exec(rest)) {
    for (const [key, value] of Object.entries(match.groups ?? {})) {
      if (value === undefined) continue;
      if (found.has(key)) return { found, rest };
      found.set(key, value);
    }
    rest = rest.slice(match[0].length);
  }
  return { found, rest };
}

/** The sizes in a Python tuple. Without a comma, `(3)` is a number in Python. */
function tupleOf(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  if (text === '') return [];
  const parts = text.split(',');
  if (parts.length === 1) return undefined;
  if (parts.at(-1)?.trim() === '') parts.pop();
  const sizes = parts.map((part) => Number.parseInt(part, 10));
  return sizes.every(Number.isSafeInteger) ? sizes : undefined;
}
