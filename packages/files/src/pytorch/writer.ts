import { encode, type NdArray, sizeOfShape } from '../npy/nd-array.ts';
import { rowMajorStrides } from '../npy/strided.ts';
import { PickleWriter } from '../pickle/writer.ts';
import { formatZip, type ZipContent } from '../zip/writer.ts';
import { storageClassOf } from './types.ts';

/** The values that {@link formatPyTorch} writes: whole numbers become ints, maps and records dicts, arrays tensors. */
export type PyTorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | NdArray
  | readonly PyTorchValue[]
  | ReadonlyMap<PyTorchValue, PyTorchValue>
  | { readonly [name: string]: PyTorchValue };

const CALLER = 'formatPyTorch';
const FOLDER = 'archive';
/** The alignment of storages in PyTorch's own files. */
const ALIGNMENT = 64;
/** The format version that PyTorch writes since 1.6. */
const VERSION = '3\n';

/**
 * The bytes of a file in PyTorch's zip format, which `torch.load(path, weights_only=True)` reads: a state dict, or any
 * nesting of dicts and lists with tensors in it. Equal values give equal bytes.
 *
 * An array that occurs several times is one storage. Unsigned integers of 16 to 64 bits need PyTorch 2.3.
 *
 * @remarks Python distinguishes ints and floats, JavaScript does not: 1 is written as the int `1`, even if `1.0` was meant.
 * @throws RangeError if the numbers of an array do not match its type or shape, an integer does not fit 64 bits, a value
 * contains itself, or the file would be 4 GiB or larger.
 * @throws TypeError if the value contains anything else, such as a function.
 *
 * @example
 * ```ts
 * const bytes = formatPyTorch({ epoch: 451, state_dict: await stateArrays(encoder.params) });
 * await writeFileAtomic('checkpoint_0450.pth.tar', bytes);
 * ```
 */
export function formatPyTorch(value: PyTorchValue): Uint8Array {
  const { pickle, storages } = pickled(value);
  const text = (name: string, content: string): ZipContent => ({
    name: `${FOLDER}/${name}`,
    bytes: new TextEncoder().encode(content),
  });
  const contents = [
    { name: `${FOLDER}/data.pkl`, bytes: pickle },
    text('byteorder', 'little'),
    ...storages.map((bytes, key) => ({ name: `${FOLDER}/data/${key}`, bytes })),
    text('version', VERSION),
  ];
  return formatZip(contents, ALIGNMENT);
}

function pickled(root: PyTorchValue): {
  readonly pickle: Uint8Array;
  readonly storages: readonly Uint8Array[];
} {
  const writer = new PickleWriter(CALLER);
  const keys = new Map<NdArray, number>();
  const storages: Uint8Array[] = [];
  const open = new Set<unknown>();

  const within = (value: object, write: () => void): void => {
    if (open.has(value)) throw new RangeError(`${CALLER}: expected a tree, got a value in itself`);
    open.add(value);
    write();
    open.delete(value);
  };
  const pairs = (
    entries: Iterable<readonly [PyTorchValue, PyTorchValue]>,
  ): readonly (() => void)[] =>
    Array.from(entries, ([key, value]) => () => {
      put(key);
      put(value);
    });
  const put = (value: PyTorchValue): void => {
    if (value === null) writer.none();
    else if (typeof value === 'boolean') writer.boolean(value);
    else if (typeof value === 'number') writer.number(value);
    else if (typeof value === 'bigint') writer.integer(value);
    else if (typeof value === 'string') writer.text(value);
    else if (typeof value !== 'object') throw refused(value);
    else if (isArray(value)) tensor(value);
    else if (isList(value)) within(value, () => writer.list(value.map((item) => () => put(item))));
    else if (value instanceof Map)
      within(value, () => writer.dict(pairs(value as ReadonlyMap<PyTorchValue, PyTorchValue>)));
    else if (isRecord(value)) within(value, () => writer.dict(pairs(Object.entries(value))));
    else throw refused(value);
  };
  const tensor = (array: NdArray): void => {
    const key = keys.get(array) ?? storages.length;
    if (key === storages.length) storages.push(encode(array, CALLER));
    keys.set(array, key);
    putTensor(writer, array, key);
  };
  put(root);
  return { pickle: writer.finish(), storages };
}

/** Source: `_rebuild_tensor_v2` and `_rebuild_tensor_v3` of PyTorch's `torch/_utils.py`. */
function putTensor(writer: PickleWriter, { dtype, shape, data }: NdArray, key: number): void {
  const storage = storageClassOf(dtype);
  const count = storage === undefined ? data.byteLength : sizeOfShape(shape);
  const sizes = (values: readonly number[]): (() => void) => {
    const items = values.map((value) => () => writer.number(value));
    return () => writer.tuple(items);
  };
  const id = [
    () => writer.text('storage'),
    () =>
      storage === undefined
        ? writer.name('torch.storage', 'UntypedStorage')
        : writer.name('torch', storage),
    () => writer.text(String(key)),
    () => writer.text('cpu'),
    () => writer.number(count),
  ];
  const args = [
    () => writer.reference(id),
    () => writer.number(0),
    sizes(shape),
    sizes(rowMajorStrides(shape)),
    () => writer.boolean(false),
    () => writer.call('collections', 'OrderedDict', []),
  ];
  if (storage === undefined) args.push(() => writer.name('torch', dtype));
  writer.call(
    'torch._utils',
    storage === undefined ? '_rebuild_tensor_v3' : '_rebuild_tensor_v2',
    args,
  );
}

function isArray(value: object): value is NdArray {
  return 'dtype' in value && 'shape' in value && 'data' in value && ArrayBuffer.isView(value.data);
}

function isList(value: object): value is readonly PyTorchValue[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, PyTorchValue>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function refused(value: unknown): TypeError {
  const kind = typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
  return new TypeError(`${CALLER}: expected plain data and arrays, got ${kind}`);
}
