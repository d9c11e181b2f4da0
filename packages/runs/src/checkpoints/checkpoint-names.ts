import { FormatError, type NdArray } from '@halp/files';

/** The tensors of a checkpoint by name. */
export type Tensors = Readonly<Record<string, NdArray>>;

/** Tensors renamed for an objective, and the assumptions that were made. */
export interface NamedTensors {
  /** The tensors: `encoder_q.*` and the other tensors of the file. */
  readonly tensors: Tensors;
  /** The assumptions, one line each. */
  readonly notes: readonly string[];
}

/** Parts of names that DataParallel, torch.compile and FSDP insert. */
const WRAPPERS = ['module', '_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module'];
/** Names of the trained network, if a file has two. */
const QUERY = /(^|[._])(q|query|online|student|base)([._]|$)/i;
const COUNTER = 'num_batches_tracked';
const MAX_NAMES = 5;

/**
 * The tensors of a checkpoint, renamed so that the encoder is under `encoder_q.`: wrappers such as `module.` are removed
 * anywhere in a name, and everything before `encoder_q` is removed. Without an `encoder_q`, the encoder is found under the
 * prefix (`backbone.`, `model.encoder.`) that most of its names have.
 *
 * @param wanted - The names of the encoder's variables.
 * @param path - The file's name, for error messages.
 * @throws FormatError if two prefixes fit equally well and not exactly one names a query network.
 */
export function namedAsEncoder(
  tensors: Tensors,
  wanted: readonly string[],
  path: string,
): NamedTensors {
  const { tensors: plain, notes } = withoutWrappers(tensors);
  const names = Object.keys(plain);
  const network = names.map((name) => /^(.*?)(^|\.)encoder_q(_\w+)?\./.exec(name)).find(Boolean);
  if (network) {
    const before = `${network[1]}${network[2]}`;
    if (before === '') return { tensors: plain, notes };
    const shorter = Object.entries(plain).map(
      ([name, array]) =>
        [name.startsWith(before) ? name.slice(before.length) : name, array] as const,
    );
    return { tensors: recordOf(shorter), notes: [...notes, `removed ${before} from names`] };
  }
  const prefix = encoderPrefix(names, wanted, path);
  if (prefix === '') {
    const entries = Object.entries(plain).map(
      ([name, array]) => [`encoder_q.${name}`, array] as const,
    );
    return { tensors: recordOf(entries), notes };
  }
  return behind(prefix, plain, notes);
}

function behind(prefix: string, plain: Tensors, notes: readonly string[]): NamedTensors {
  const entries: (readonly [string, NdArray])[] = [];
  const left: string[] = [];
  const beside = prefix.replace(/[^.]+\.$/, '');
  const hasOwnHead = Object.keys(plain).some((name) => name.startsWith(`${prefix}fc.`));
  for (const [name, array] of Object.entries(plain)) {
    if (name.startsWith(prefix)) entries.push([`encoder_q.${name.slice(prefix.length)}`, array]);
    else if (!hasOwnHead && name.startsWith(`${beside}fc.`)) {
      // Programs with a `backbone.` have the head next to it.
      entries.push([`encoder_q.${name.slice(beside.length)}`, array]);
    } else left.push(name);
  }
  const some = left.slice(0, MAX_NAMES).join(', ');
  const more = left.length > MAX_NAMES ? ', …' : '';
  return {
    tensors: recordOf(entries),
    notes: [
      ...notes,
      `using ${prefix}* as the encoder`,
      ...(left.length === 0 ? [] : [`ignored ${left.length} tensors (${some}${more})`]),
    ],
  };
}

/** The prefix that most of the encoder's names have; '' if none of them is found. */
function encoderPrefix(names: readonly string[], wanted: readonly string[], path: string): string {
  const isWanted = new Set(wanted);
  const counts = new Map<string, number>();
  for (const name of names) {
    for (let at = 0; at >= 0; at = name.indexOf('.', at + 1)) {
      const start = at === 0 ? 0 : at + 1;
      if (!isWanted.has(name.slice(start))) continue;
      const prefix = name.slice(0, start);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  }
  const most = Math.max(0, ...counts.values());
  const best = [...counts].filter(([, count]) => count === most).map(([prefix]) => prefix);
  if (best.length <= 1) return best[0] ?? '';
  const [query, ...others] = best.filter((prefix) => QUERY.test(prefix));
  if (query !== undefined && others.length === 0) return query;
  const got = best.map((prefix) => `${prefix}*`).join(' and ');
  throw new FormatError(path, `expected one encoder, got ${got}; save only one of them`);
}

function withoutWrappers(tensors: Tensors): NamedTensors {
  const removed = new Set<string>();
  const entries = Object.entries(tensors).map(([name, array]) => {
    const words = name.split('.');
    const kept = words.filter((word) => !WRAPPERS.includes(word));
    for (const word of words) if (WRAPPERS.includes(word)) removed.add(word);
    return [kept.join('.'), array] as const;
  });
  const isUnique = new Set(entries.map(([name]) => name)).size === entries.length;
  if (removed.size === 0 || !isUnique) return { tensors, notes: [] };
  return { tensors: recordOf(entries), notes: [`removed ${[...removed].join(', ')} from names`] };
}

/**
 * The tensors of a network with exactly the `num_batches_tracked` counters that it has: missing ones are added as 0
 * (PyTorch before 0.4.1 has none, and some programs do not save them), others are removed. They change no result.
 */
export function withCounters(
  given: Tensors,
  wanted: readonly string[],
): { readonly tensors: Tensors; readonly added: number } {
  const isWanted = new Set(wanted);
  const isCounter = (name: string): boolean => name.split('.').at(-1) === COUNTER;
  const added = wanted.filter((name) => isCounter(name) && !Object.hasOwn(given, name));
  const zero: NdArray = { dtype: 'int64', shape: [], data: BigInt64Array.of(0n) };
  const kept = Object.entries(given).filter(([name]) => !isCounter(name) || isWanted.has(name));
  const tensors = recordOf([...kept, ...added.map((name) => [name, zero] as const)]);
  return { tensors, added: added.length };
}

/** The note about added counters; empty if there are none. */
export function countersNotes(added: number): readonly string[] {
  return added === 0
    ? []
    : [`added num_batches_tracked = 0 (${added} times); it changes no result`];
}

/** The epoch in a checkpoint: a number, a tensor with one number, or a string of digits; undefined for anything else. */
export function epochOf(value: unknown): number | undefined {
  const isTensor = typeof value === 'object' && value !== null && 'data' in value;
  const data = isTensor ? (value as NdArray).data : undefined;
  const number =
    data?.length === 1
      ? Number(data[0])
      : typeof value === 'string' && /^\d+$/.test(value)
        ? Number(value)
        : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}

function recordOf(entries: readonly (readonly [string, NdArray])[]): Tensors {
  return Object.fromEntries(entries);
}
