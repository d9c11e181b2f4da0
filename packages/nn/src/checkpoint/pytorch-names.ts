import { FormatError, type NdArray } from '@halp/files';
import {
  expectFunction,
  expectObject,
  expectOptions,
  expectText,
  type OptionNames,
} from '@halp/random/check';

/**
 * A stream of a three-stream model. Names of the joint stream's variables have no suffix; those of the others end with the
 * stream's name.
 */
export type AuthorsStream = 'joint' | 'motion' | 'bone';

/** Selects the stream of a checkpoint. */
export interface AuthorsOptions {
  /**
   * The stream to select from a multi-stream model; its variables get the names of a single-stream model. The variables
   * of a single-stream model have no stream in their names. Default: all streams, under their own names.
   */
  readonly stream?: AuthorsStream | undefined;
}

/** The authors' names of the prototypes in three-stream models, and ours. */
const PROTOTYPES = [
  ['prototypes_j', 'prototypes'],
  ['prototypes_m', 'prototypes_motion'],
  ['prototypes_b', 'prototypes_bone'],
] as const;
const STREAMS: readonly AuthorsStream[] = ['joint', 'motion', 'bone'];

/**
 * The same tensors under other names.
 *
 * @param rename - returns the new name of a tensor, or undefined to leave it out.
 * @throws RangeError if two tensors get the same name.
 */
export function renameState<Value>(
  tensors: Readonly<Record<string, Value>>,
  rename: (name: string) => string | undefined,
): Readonly<Record<string, Value>> {
  expectObject('renameState', tensors, 'values by name');
  expectFunction('renameState', 'a function that renames', rename);
  const renamed: Record<string, Value> = {};
  for (const [name, value] of Object.entries(tensors)) {
    const next = rename(name);
    if (next === undefined) continue;
    if (Object.hasOwn(renamed, next)) {
      throw new RangeError(
        `renameState: expected distinct new names, got '${next}' again for '${name}'`,
      );
    }
    renamed[next] = value;
  }
  return renamed;
}

const optionNames: OptionNames<AuthorsOptions> = {
  stream: true,
};

/**
 * The tensors of a checkpoint of HaLP, CMD, CrosSCLR, AimCLR or ActCLR under the names and shapes of this toolkit:
 * `encoder_q.*`, `encoder_k.*`, `queue` `[K, D]`, `queue_ptr` and `prototypes` `[P, D]`; for further streams
 * the stream is appended to the first part of the name (`encoder_q_motion.*`, `queue_bone`).
 *
 * Differences in the authors' checkpoints: queues are `[D, K]` (builder_single_modality_halp.py:66), and the prototypes
 * of three streams are named `prototypes_j`, `prototypes_m` and `prototypes_b`.
 *
 * @remarks In CrosSCLR's models of three streams the head of each further stream contains the first stream's head
 * (net/crossclr_3views.py: `encoder_q_motion.fc.0`, `.fc.2.0`, `.fc.2.2`), so only its encoder can be loaded
 * here: {@link loadStateInto} with `ignore: ['fc']`.
 * @param tensors - as `stateOf` returns them; not changed, and shared with the result where nothing differs.
 * @param path - the file's name, for error messages.
 * @throws FormatError if a queue is not a matrix, or the checkpoint does not have the stream.
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
  expectObject('fromAuthors', tensors, 'arrays by name');
  const { stream } = expectOptions('fromAuthors', options, optionNames);
  const ours = renameState(
    tensors,
    (name) => PROTOTYPES.find(([theirs]) => theirs === name)?.[1] ?? name,
  );
  const turned = turnQueues(ours, (problem) => new FormatError(path, problem));
  if (stream === undefined) return turned;
  const picked = renameState(turned, (name) => inSingleStream(name, stream));
  if (Object.keys(picked).some((name) => name.startsWith('encoder_q.'))) return picked;
  const wanted = streamVariable('encoder_q', stream);
  const parts = [...new Set(Object.keys(tensors).map((name) => name.split('.')[0] as string))];
  throw new FormatError(
    path,
    `expected ${wanted}.* of the stream ${stream}, got ${parts.slice(0, 10).join(', ')}`,
  );
}

/**
 * The tensors under the names and shapes that the authors' programs load; the inverse of {@link fromAuthors}.
 *
 * @param tensors - as {@link stateArrays} returns them for an objective's `params` and `state`; of one stream only if
 * `stream` is set. Not changed. `prototypes_ready`, which the authors' checkpoints do not have, is left out.
 * @throws RangeError if a queue is not a matrix, or `stream` is set and the names are of several streams.
 */
export function toAuthors(
  tensors: Readonly<Record<string, NdArray>>,
  options: AuthorsOptions = {},
): Readonly<Record<string, NdArray>> {
  expectObject('toAuthors', tensors, 'arrays by name');
  const { stream } = expectOptions('toAuthors', options, optionNames);
  const turned = turnQueues(tensors, (problem) => new RangeError(`toAuthors: ${problem}`));
  const several =
    stream !== undefined || Object.keys(tensors).some((name) => streamOf(name) !== 'joint');
  return renameState(turned, (name) => {
    if (name.startsWith('prototypes_ready')) return undefined;
    if (stream !== undefined && streamOf(name) !== 'joint') {
      throw new RangeError(`toAuthors: expected names of a single-stream model, got '${name}'`);
    }
    const full = stream === undefined ? name : streamVariable(name, stream);
    return several ? (PROTOTYPES.find(([, ours]) => ours === full)?.[0] ?? full) : full;
  });
}

/**
 * The name of a variable of a stream in a model of several streams, from its name in a model of one: unchanged for `joint`,
 * else `_<stream>` is appended to its first part, `encoder_q_motion.fc.weight`.
 */
export function streamVariable(name: string, stream: string): string {
  expectText('streamVariable', 'a name', name);
  expectText('streamVariable', 'a stream', stream);
  return stream === 'joint' ? name : name.replace(/^[^.]+/, `$&_${stream}`);
}

/** The inverse of {@link streamVariable}; undefined for a variable of another stream. */
function inSingleStream(name: string, stream: AuthorsStream): string | undefined {
  if (streamOf(name) !== stream) return undefined;
  return stream === 'joint' ? name : name.replace(`_${stream}`, '');
}

function streamOf(name: string): AuthorsStream {
  const [first = ''] = name.split('.');
  return STREAMS.find((stream) => first.endsWith(`_${stream}`)) ?? 'joint';
}

/** Transposes the queues, `[D, K]` to `[K, D]` or back. */
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
