import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import type { NdArray } from '../npy/nd-array.ts';
import type { PickleValue } from '../pickle/parse.ts';

/** The contents of a PyTorch checkpoint. */
export interface PyTorchState {
  /** The tensors of the model by name, without the prefix that a wrapper added; a record without prototype. */
  readonly tensors: Readonly<Record<string, NdArray>>;
  /** The prefix that a wrapper added to every name, such as `module.`; '' if there is none. */
  readonly prefix: string;
  /** The other contents of the file: epoch, optimizer, … */
  readonly rest: ReadonlyMap<string, PickleValue>;
}

/** The keys under which programs save the state dict. */
const PLACES = ['state_dict', 'model_state_dict', 'model', 'net', 'weights'];
/** The prefixes of DataParallel and torch.compile. */
const WRAPPERS = ['module.', '_orig_mod.'];

/**
 * The model's tensors in the contents returned by {@link parsePyTorch}: the map itself if it holds only tensors, otherwise
 * the map under `state_dict`, `model_state_dict`, `model`, `net` or `weights`. If every name starts with `module.`
 * (DataParallel) or `_orig_mod.` (torch.compile), that prefix is removed.
 *
 * @param checkpoint - The contents of the file.
 * @param path - The file's name, for error messages.
 * @throws FormatError if there is no such map, or more than one, or it holds a value that is no tensor.
 */
export function stateOf(checkpoint: PickleValue, path: string): PyTorchState {
  if (!(checkpoint instanceof Map)) {
    throw new FormatError(
      path,
      `expected a dict with the tensors of a model, got ${kindOf(checkpoint)}`,
    );
  }
  const entries = new Map<string, PickleValue>();
  for (const [name, value] of checkpoint as ReadonlyMap<PickleValue, PickleValue>) {
    entries.set(expectName(name, path), value);
  }
  const places = PLACES.filter((place) => entries.get(place) instanceof Map);
  const [place, ...others] = places;
  if (others.length > 0) {
    throw new FormatError(
      path,
      `expected the tensors of one model, got those of ${excerpt(places)}`,
    );
  }
  if (place === undefined) return { ...tensorsOf(entries, path, ''), rest: new Map() };
  const state = entries.get(place) as ReadonlyMap<PickleValue, PickleValue>;
  entries.delete(place);
  return { ...tensorsOf(state, path, `${place}: `), rest: entries };
}

function tensorsOf(
  state: ReadonlyMap<PickleValue, PickleValue>,
  path: string,
  where: string,
): Omit<PyTorchState, 'rest'> {
  let named = [...state].map(([name, value]) => [expectName(name, path), value] as const);
  const other = named.find(([, value]) => !isArray(value));
  if (other !== undefined || named.length === 0) {
    const got =
      other === undefined ? 'an empty dict' : `${kindOf(other[1])} as ${excerpt(other[0])}`;
    throw new FormatError(path, `${where}expected tensors by name, got ${got}`);
  }
  const wrapper = (): string | undefined =>
    WRAPPERS.find((prefix) => named.every(([name]) => name.startsWith(prefix)));
  let prefix = '';
  for (let next = wrapper(); next !== undefined; next = wrapper()) {
    const { length } = next;
    named = named.map(([name, value]) => [name.slice(length), value] as const);
    prefix += next;
  }
  const tensors = Object.create(null) as Record<string, NdArray>;
  for (const [name, value] of named) tensors[name] = value as NdArray;
  return { tensors, prefix };
}

function expectName(name: PickleValue, path: string): string {
  if (typeof name === 'string') return name;
  throw new FormatError(path, `expected tensors by name, got ${kindOf(name)} as a name`);
}

function isArray(value: PickleValue): value is NdArray {
  return typeof value === 'object' && value !== null && 'dtype' in value;
}

function kindOf(value: PickleValue): string {
  if (value === null) return 'None';
  if (value instanceof Map) return 'a dict';
  if (value instanceof Set) return 'a set';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'a list';
  if (isArray(value)) return 'a tensor';
  return typeof value === 'string' ? 'a text' : 'a number';
}
