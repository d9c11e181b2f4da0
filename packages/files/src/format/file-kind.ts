import { type Bytes, fileBytes } from '../check.ts';
import { FormatError } from './format-error.ts';

/** A kind of file that {@link whatIs} recognises by its first bytes. */
export type FileKind =
  | 'git-lfs'
  | 'git-annex'
  | 'html'
  | 'xml'
  | 'json'
  | 'npy'
  | 'pickle'
  | 'text pickle'
  | 'mat'
  | 'hdf5'
  | 'safetensors'
  | 'zip'
  | 'tar'
  | 'packed'
  | 'utf-16'
  | 'document';

/** The kind of a file, and what to do if another kind is expected. */
export interface FileFacts {
  /** Its kind. */
  readonly kind: FileKind;
  /** The kind in words, such as "a Git LFS pointer". */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

/** The number of first bytes that {@link whatIs} reads. */
export const KIND_BYTES = 512;

const UNPACK = 'unpack it';
const UNPACK_ZIP = 'unpack it, or rename it if it is a .npz or .pt file';
const DOWNLOAD = 'download the file again, logged in if its site requires it';
const CONVERT_PICKLE =
  'rewrite it with a newer protocol if you trust its author, because Python executes its contents: python3 -c "import pickle, sys; ' +
  "v = pickle.load(open(sys.argv[1], 'rb'), encoding='latin1'); pickle.dump(v, open(sys.argv[2], 'wb'), 4)\" OLD NEW";

interface Signature extends FileFacts {
  /** Whether the first bytes are of this kind; `text` is the bytes as latin1, without byte order mark and leading blanks. */
  readonly is: (bytes: Uint8Array, text: string) => boolean;
}

const starts =
  (...first: readonly number[]) =>
  (bytes: Uint8Array): boolean =>
    first.every((byte, i) => bytes[i] === byte);
const begins =
  (pattern: RegExp) =>
  (_: Uint8Array, text: string): boolean =>
    pattern.test(text);
const packed = (name: string, ...first: readonly number[]): Signature => ({
  ...{
    kind: 'packed',
    what: `a file compressed with ${name}`,
    advice: UNPACK,
    is: starts(...first),
  },
});
const document = (name: string, ...first: readonly number[]): Signature => ({
  ...{ kind: 'document', what: name, advice: DOWNLOAD, is: starts(...first) },
});

/** The first match is used. */
const SIGNATURES: readonly Signature[] = [
  {
    ...{ kind: 'git-lfs', what: 'a Git LFS pointer in place of the file' },
    advice: 'fetch the file with git lfs pull',
    is: begins(/^version https:\/\/git-lfs\.github\.com\/spec/),
  },
  {
    ...{ kind: 'git-annex', what: 'a git-annex pointer in place of the file' },
    advice: 'fetch the file with git annex get',
    is: begins(/^\/annex\/objects\/|^(\.\.\/)*\.git\/annex\/objects\//),
  },
  {
    ...{ kind: 'html', what: 'an HTML page', advice: DOWNLOAD },
    is: begins(/^(<!--[^]*?-->\s*)?<(!doctype html|html|head|body)\b/i),
  },
  {
    ...{ kind: 'xml', what: 'an XML text, possibly the error message of a server' },
    ...{ advice: DOWNLOAD, is: begins(/^<(\?xml|Error>)/) },
  },
  packed('gzip', 0x1f, 0x8b),
  packed('bzip2', 0x42, 0x5a, 0x68),
  packed('xz', 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0),
  packed('Zstandard', 0x28, 0xb5, 0x2f, 0xfd),
  packed('7-Zip', 0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c),
  packed('RAR', 0x52, 0x61, 0x72, 0x21),
  document('a PDF', 0x25, 0x50, 0x44, 0x46),
  document('a PNG image', 0x89, 0x50, 0x4e, 0x47),
  document('a JPEG image', 0xff, 0xd8, 0xff),
  {
    ...{ kind: 'zip', what: 'a zip archive (or a .npz, or a checkpoint of PyTorch)' },
    ...{ advice: UNPACK_ZIP, is: starts(0x50, 0x4b, 3, 4) },
  },
  {
    ...{ kind: 'tar', what: 'a tar archive', advice: UNPACK },
    is: (bytes) => starts(0x75, 0x73, 0x74, 0x61, 0x72)(bytes.subarray(257)),
  },
  {
    ...{ kind: 'npy', what: 'a .npy file of NumPy', advice: 'rename it to .npy' },
    is: starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
  },
  {
    ...{ kind: 'hdf5', what: 'an HDF5 file (of Keras, h5py or MATLAB 7.3)' },
    ...{ advice: 'convert it first', is: starts(0x89, 0x48, 0x44, 0x46) },
  },
  {
    ...{ kind: 'mat', what: 'a MATLAB file', advice: 'rename it to .mat' },
    is: begins(/^MATLAB \d/),
  },
  {
    ...{ kind: 'pickle', what: 'a pickle of Python', advice: 'rename it to .pkl' },
    is: (bytes) => bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 9) <= 5,
  },
  {
    ...{ kind: 'text pickle', what: 'a pickle of protocol 0 or 1', advice: CONVERT_PICKLE },
    // A container and its number in the memo, or the name of a class.
    is: begins(/^(\(+[dlit]p\d+\r?\n|[\]})]q[^]|\(*c[\w.]+\r?\n\w+\r?\n)/),
  },
  {
    ...{ kind: 'safetensors', what: 'a safetensors file', advice: 'rename it to .safetensors' },
    is: (bytes) => bytes[8] === 0x7b && starts(0, 0, 0)(bytes.subarray(5)),
  },
  {
    ...{ kind: 'utf-16', what: 'a text in UTF-16', advice: 'save it as UTF-8' },
    is: (bytes) => starts(0xff, 0xfe)(bytes) || starts(0xfe, 0xff)(bytes),
  },
  {
    ...{
      kind: 'json',
      what: 'a JSON text',
      advice: 'open it: it may be the error message of a server',
    },
    is: begins(/^(\{\s*["}]|\[\s*["{[\]\d-])/),
  },
];

/**
 * The kind of a file, by its first bytes: a Git LFS pointer, an HTML page, an archive or another format, where a data file
 * was expected. Undefined if it is none of the known kinds.
 *
 * @param input - The file, or its first `KIND_BYTES` bytes.
 */
export function whatIs(input: Bytes): FileFacts | undefined {
  const bytes = fileBytes('whatIs', input);
  const head = bytes.subarray(0, KIND_BYTES);
  const text = Array.from(head, (byte) => String.fromCharCode(byte))
    .join('')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  const found = SIGNATURES.find(({ is }) => is(head, text));
  return found && { kind: found.kind, what: found.what, advice: found.advice };
}

/** What a reader expects. */
export interface Expected {
  /** What the file should be, such as "a .npy file". */
  readonly expected: string;
  /** The kinds for which the reader's own error is more precise. */
  readonly own: readonly FileKind[];
}

/**
 * The error of a reader, or, if the file is of another known kind, an error that names that kind.
 *
 * @param head - The first bytes of the file, at least `KIND_BYTES`.
 */
export function nameKind(
  error: unknown,
  head: Uint8Array,
  path: string,
  { expected, own }: Expected,
): unknown {
  if (!(error instanceof FormatError)) return error;
  const facts = whatIs(head);
  if (facts === undefined || own.includes(facts.kind)) return error;
  const problem = `expected ${expected}, got ${facts.what}; ${facts.advice}`;
  return new FormatError(path, problem, 0);
}

/**
 * The result of `read`. If `read` refuses a file that is of another known kind, the error names that kind, see
 * {@link whatIs}.
 *
 * @throws FormatError as `read` does, or an error that names the kind of the file.
 */
export function readAs<Value>(
  bytes: Uint8Array,
  path: string,
  expected: Expected,
  read: () => Value,
): Value {
  try {
    return read();
  } catch (error) {
    throw nameKind(error, bytes, path, expected);
  }
}
