import { FormatError, type NdArray } from '@halp/files';

/** The tensors of a checkpoint by name. */
export type Tensors = Readonly<Record<string, NdArray>>;

/** Tensors under the names of an objective, and what was assumed to get them. */
export interface NamedTensors {
  /** The tensors: `encoder_q.*` and whatever else the file has beside it. */
  readonly tensors: Tensors;
  /** What was assumed, a line each. */
  readonly notes: readonly string[];
}

/** What DataParallel, torch.compile and FSDP put into names. */
const WRAPPERS = ['module', '_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module'];
/** What the network that is kept is called where there are two. */
const QUERY = /(^|[._])(q|query|online|student|base)([._]|$)/i;
const COUNTER = 'num_batches_tracked';
const MOST_NAMED = 5;

/**
 * The tensors of a checkpoint with an encoder under `encoder_q.`, whatever wrappers and containers stand in their names:
 * `module.` and the like are taken out anywhere; what stands before `encoder_q` is taken off; without an `encoder_q`, the
 * encoder is what stands behind the prefix (`backbone.`, `model.encoder.`) behind which most of its names are.
 *
 * @param wanted - The names of the encoder's variables.
 * @param path - The file's name, for error messages.
 * @throws FormatError if two prefixes fit equally well and neither is named as a query network.
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
    return { tensors: recordOf(shorter), notes: [...notes, `names without ${before}`] };
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
      // Programs that call the encoder a backbone keep the head beside it.
      entries.push([`encoder_q.${name.slice(beside.length)}`, array]);
    } else left.push(name);
  }
  const some = left.slice(0, MOST_NAMED).join(', ');
  const more = left.length > MOST_NAMED ? ', …' : '';
  return {
    tensors: recordOf(entries),
    notes: [
      ...notes,
      `the encoder is what is called ${prefix}*`,
      ...(left.length === 0 ? [] : [`left out: ${left.length} tensors (${some}${more})`]),
    ],
  };
}

/** What stands before most of the encoder's names; '' if none is there. */
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
  throw new FormatError(path, `expected one encoder, got ${got}; save the one that is meant`);
}

function withoutWrappers(tensors: Tensors): NamedTensors {
  const taken = new Set<string>();
  const entries = Object.entries(tensors).map(([name, array]) => {
    const words = name.split('.');
    const kept = words.filter((word) => !WRAPPERS.includes(word));
    for (const word of words) if (WRAPPERS.includes(word)) taken.add(word);
    return [kept.join('.'), array] as const;
  });
  const isClear = new Set(entries.map(([name]) => name)).size === entries.length;
  if (taken.size === 0 || !isClear) return { tensors, notes: [] };
  return { tensors: recordOf(entries), notes: [`names without ${[...taken].join(', ')}`] };
}

/**
 * The tensors of a network with the counters of batches that it wants, which change no result: PyTorch before 0.4.1 has
 * none, and some programs leave them out. Those that it does not want are left out.
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

/** What is said of counters that were added; nothing where none was. */
export function countersNotes(added: number): readonly string[] {
  return added === 0
    ? []
    : [`num_batches_tracked is taken as 0 (${added} times); it changes no result`];
}

/** The epoch that a checkpoint tells of: a number, a tensor of one, or a text of digits; undefined if there is none. */
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
