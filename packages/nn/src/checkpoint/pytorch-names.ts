import { FormatError, type NdArray } from '@halp/files';
import { expectFunction, expectOptions } from '@halp/random/check';

/**
 * A model of three streams names the variables of the first one without, those of the others with the stream's name.
 */
export type AuthorsStream = 'joint' | 'motion' | 'bone';

/** Which stream of a checkpoint is meant. */
export interface AuthorsOptions {
  /**
   * One stream of a model of several, which then has the names of a model of one stream; all of them, each with its
   * own names, unless given. Models of one stream have no stream in their names, whichever it is.
   */
  readonly stream?: AuthorsStream;
}

/** Their names of the streams' prototypes in models of three streams, and ours. */
const PROTOTYPES = [
  ['prototypes_j', 'prototypes'],
  ['prototypes_m', 'prototypes_motion'],
  ['prototypes_b', 'prototypes_bone'],
] as const;
const STREAMS: readonly AuthorsStream[] = ['joint', 'motion', 'bone'];

/**
 * The same tensors under other names.
 *
 * @param rename - gives the new name of each, or undefined to leave it out.
 * @throws RangeError if two tensors get the same name.
 */
export function renameState<Value>(
  tensors: Readonly<Record<string, Value>>,
  rename: (name: string) => string | undefined,
): Readonly<Record<string, Value>> {
  expectOptions('renameState', tensors, 'values by their names');
  expectFunction('renameState', 'a function that renames', rename);
  const renamed: Record<string, Value> = {};
  for (const [name, value] of Object.entries(tensors)) {
    const next = rename(name);
    if (next === undefined) continue;
    if (Object.hasOwn(renamed, next)) {
      throw new RangeError(
        `renameState: expected another name for '${name}', got '${next}' a second time`,
      );
    }
    renamed[next] = value;
  }
  return renamed;
}

/**
 * The tensors of a checkpoint of HaLP, CMD, CrosSCLR, AimCLR or ActCLR under the names and shapes of this toolkit:
 * `encoder_q.*`, `encoder_k.*`, `queue` `[K, D]`, `queue_ptr` and `prototypes` `[P, D]`; those of further streams
 * with the stream behind the first part of the name (`encoder_q_motion.*`, `queue_bone`).
 *
 * What differs from theirs: queues are `[D, K]` there (builder_single_modality_halp.py:66), and the prototypes of three
 * streams are named `prototypes_j`, `prototypes_m` and `prototypes_b`.
 *
 * @remarks In CrosSCLR's models of three streams the head of a further stream contains that of the first one
 * (net/crossclr_3views.py: `encoder_q_motion.fc.0`, `.fc.2.0`, `.fc.2.2`), so that only its encoder fits one here:
 * {@link loadStateInto} with `ignore: ['fc']`.
 * @param tensors - as `stateOf` gives them; not changed, and shared where nothing differs.
 * @param path - the file's name, for error messages.
 * @throws FormatError if a queue is no matrix, or the checkpoint has no such stream.
 *
 * @example
 * ```ts
 * const { tensors } = stateOf(parsePyTorch(bytes, path), path);
 * const encoder = withoutPrefix('encoder_q', fromAuthors(tensors, path, { stream: 'motion' }));
 * ```
 */
export function fromAuthors(
  tensors: Readonly<Record<string, NdArray>>,
  path: string,
  options: AuthorsOptions = {},
): Readonly<Record<string, NdArray>> {
  expectOptions('fromAuthors', tensors, 'arrays by their names');
  const { stream } = expectOptions('fromAuthors', options);
  const ours = renameState(
    tensors,
    (name) => PROTOTYPES.find(([theirs]) => theirs === name)?.[1] ?? name,
  );
  const turned = turnQueues(ours, (problem) => new FormatError(path, problem));
  if (stream === undefined) return turned;
  const picked = renameState(turned, (name) => inSingleStream(name, stream));
  if (Object.keys(picked).some((name) => name.startsWith('encoder_q.'))) return picked;
  const wanted = inStreams('encoder_q', stream);
  const parts = [...new Set(Object.keys(tensors).map((name) => name.split('.')[0] as string))];
  throw new FormatError(
    path,
    `expected ${wanted}.* of the stream ${stream}, got ${parts.slice(0, 10).join(', ')}`,
  );
}

/**
 * The inverse of {@link fromAuthors}: what the authors' programs load.
 *
 * @param tensors - as {@link stateArrays} gives them of an objective's `params` and `state`, those of one stream if
 * one is given; not changed. `prototypes_ready`, which the authors have no name for, is left out.
 * @throws RangeError if a queue is no matrix, or names of several streams are given with `stream`.
 */
export function toAuthors(
  tensors: Readonly<Record<string, NdArray>>,
  options: AuthorsOptions = {},
): Readonly<Record<string, NdArray>> {
  expectOptions('toAuthors', tensors, 'arrays by their names');
  const { stream } = expectOptions('toAuthors', options);
  const turned = turnQueues(tensors, (problem) => new RangeError(`toAuthors: ${problem}`));
  const several =
    stream !== undefined || Object.keys(tensors).some((name) => streamOf(name) !== 'joint');
  return renameState(turned, (name) => {
    if (name.startsWith('prototypes_ready')) return undefined;
    if (stream !== undefined && streamOf(name) !== 'joint') {
      throw new RangeError(`toAuthors: expected names of one stream, got '${name}'`);
    }
    const full = stream === undefined ? name : inStreams(name, stream);
    return several ? (PROTOTYPES.find(([, ours]) => ours === full)?.[0] ?? full) : full;
  });
}

/** The name that a variable of a model of one stream has in a model of several. */
function inStreams(name: string, stream: AuthorsStream): string {
  return stream === 'joint' ? name : name.replace(/^[^.]+/, `$&_${stream}`);
}

/** The inverse; undefined for a variable of another stream. */
function inSingleStream(name: string, stream: AuthorsStream): string | undefined {
  if (streamOf(name) !== stream) return undefined;
  return stream === 'joint' ? name : name.replace(`_${stream}`, '');
}

function streamOf(name: string): AuthorsStream {
  const [first = ''] = name.split('.');
  return STREAMS.find((stream) => first.endsWith(`_${stream}`)) ?? 'joint';
}

/** `[D, K]` becomes `[K, D]` and the other way round. */
function turnQueues(
  tensors: Readonly<Record<string, NdArray>>,
  fail: (problem: string) => Error,
): Readonly<Record<string, NdArray>> {
  const entries = Object.entries(tensors).map(([name, array]) => {
    const isQueue = /^queue(_motion|_bone)?$/.test(name);
    if (isQueue && array.shape.length !== 2) {
      throw fail(`expected a matrix as ${name}, got shape [${array.shape.join(', ')}]`);
    }
    return [name, isQueue ? transposed(array) : array] as const;
  });
  return Object.fromEntries(entries);
}

function transposed({ dtype, shape, data }: NdArray): NdArray {
  const [rows = 0, columns = 0] = shape;
  const turned = data.slice();
  for (let i = 0; i < data.length; i++) {
    const from = (i % rows) * columns + Math.floor(i / rows);
    turned[i] = data[from] as number & bigint;
  }
  return { dtype, shape: [columns, rows], data: turned };
}
