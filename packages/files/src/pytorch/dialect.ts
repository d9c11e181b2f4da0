import { excerpt } from '../format/excerpt.ts';
import { describe, type NdArray, sizeOfShape } from '../npy/nd-array.ts';
import { storedBytes, type StoredDType } from '../npy/stored.ts';
import type { NamesContext } from '../pickle/numpy.ts';
import { PendingValue, type PickleDialect } from '../pickle/parse.ts';
import { describeView, reachOf, type StorageFacts, type TensorView } from './tensor.ts';
import { StorageClass, torchDTypes, torchTypeNames } from './types.ts';

const MOST_AXES = 64;
/** More numbers than any file holds, and few enough to count their bytes exactly. */
const MOST_NUMBERS = 2 ** 48;

/** The storages found so far in a file, by key. */
export type Storages = ReadonlyMap<string, StorageFacts>;

/** A part of a storage, with its own numbering from 0. */
interface StoragePart {
  readonly storage: StorageFacts;
  readonly untyped: boolean;
  readonly first: number;
  readonly count: number;
}

/**
 * What pickles of `torch.save` hold in addition to plain data: tensors, parameters and bare storages as arrays,
 * `torch.Size` as a list, `torch.device`, types and layouts as texts.
 *
 * Source: `_rebuild_*` of PyTorch's `torch/_utils.py`, `persistent_load` of its `torch/serialization.py`.
 *
 * @param make - Makes the array of a tensor, once the whole file has been read.
 */
export function torchDialect(make: (view: TensorView) => NdArray): {
  readonly dialect: PickleDialect;
  readonly storages: Storages;
} {
  const storages = new Map<string, StorageFacts>();
  const parts = new WeakMap<object, StoragePart>();
  const tensors = new WeakSet<object>();

  const arrayOf = (
    { fail }: NamesContext,
    part: StoragePart,
    view: Omit<TensorView, 'storage'>,
  ): PendingValue<NdArray> => {
    const { storage, untyped, first, count } = part;
    const { dtype, start, shape, strides } = view;
    if (!untyped && dtype !== storage.dtype) {
      throw fail(`expected numbers of ${dtype} in a storage, got ${storage.dtype}`);
    }
    const capacity = untyped ? Math.floor(count / storedBytes(dtype)) : count;
    const needed = start + reachOf(shape, strides);
    if (![needed, sizeOfShape(shape)].every((n) => n <= MOST_NUMBERS)) {
      throw fail(`expected at most ${MOST_NUMBERS} numbers in a tensor, got ${describeView(view)}`);
    }
    if (needed > capacity) {
      const wanted = `${needed} numbers for ${describeView(view)} from ${start} on`;
      throw fail(`expected a storage of ${wanted}, got ${capacity}`);
    }
    return new PendingValue(() => make({ ...view, storage, start: first + start }));
  };

  const rebuild = (
    context: NamesContext,
    type: unknown,
    [storage, start, shape, strides]: readonly unknown[],
    metadata: unknown,
  ): PendingValue<NdArray> => {
    const { fail } = context;
    const part = typeof storage === 'object' && storage !== null ? parts.get(storage) : undefined;
    if (part === undefined) throw fail('expected the storage of a tensor');
    const isView = isSize(start) && isSizes(shape) && isSizes(strides);
    if (!isView || shape.length !== strides.length) {
      throw fail('expected an offset, sizes and as many strides of a tensor');
    }
    if (metadata instanceof Map && metadata.size > 0) {
      throw fail('expected a tensor that is not conjugated or negated; save its resolve_neg()');
    }
    const dtype = type === undefined ? part.storage.dtype : dtypeOf(type, context);
    const tensor = arrayOf(context, part, { dtype, start, shape, strides });
    tensors.add(tensor);
    return tensor;
  };

  const names = (context: NamesContext): Readonly<Record<string, unknown>> => {
    const { fail, text } = context;
    const parameter = (tensor: unknown): unknown => {
      if (typeof tensor === 'object' && tensor !== null && tensors.has(tensor)) return tensor;
      throw fail('expected the tensor of a parameter');
    };
    const word = (value: unknown): string => {
      const name = text(value);
      if (name !== undefined) return name;
      throw fail('expected a short text');
    };
    // Between the strides and the last arguments: requires_grad, backward_hooks.
    return {
      ...torchTypeNames,
      'torch._utils._rebuild_tensor': (...view: unknown[]) =>
        rebuild(context, undefined, view, undefined),
      'torch._utils._rebuild_tensor_v2': (...args: unknown[]) =>
        rebuild(context, undefined, args, args[6]),
      'torch._utils._rebuild_tensor_v3': (...args: unknown[]) =>
        rebuild(context, args[6] ?? null, args, args[7]),
      'torch._utils._rebuild_parameter': parameter,
      'torch._utils._rebuild_parameter_with_state': parameter,
      'torch.Size': (sizes: unknown = []) => {
        if (isSizes(sizes)) return sizes;
        throw fail('expected the sizes of a torch.Size');
      },
      'torch.device': (type: unknown, index?: unknown) =>
        isSize(index) ? `${word(type)}:${index}` : word(type),
      'torch.serialization._get_layout': word,
    };
  };

  /** `('storage', class, key, location, count)`; the old format appends None or `(key, first, count)` of a part. */
  const reference = (id: unknown, context: NamesContext): unknown => {
    const { fail, text } = context;
    const [kind, type, name, , count, view] = Array.isArray(id) ? (id as unknown[]) : [];
    const key = text(name);
    const isStorage = text(kind) === 'storage' && type instanceof StorageClass;
    if (!isStorage || key === undefined || !isSize(count)) {
      throw fail(`expected a reference to a storage, got ${excerpt(text(kind) ?? 'another')}`);
    }
    const { dtype, untyped } = type;
    const storage = { key, dtype, count };
    const known = storages.get(key) ?? storage;
    if (known.dtype !== dtype || known.count !== count) {
      const [wanted, got] = [known, storage].map((s) =>
        describe({ dtype: s.dtype, shape: [s.count] }),
      );
      throw fail(`expected storage ${excerpt(key)} to be ${wanted} as before, got ${got}`);
    }
    storages.set(key, known);
    const [, first, length] = Array.isArray(view) ? (view as unknown[]) : [key, 0, count];
    const isPart = isSize(first) && isSize(length) && first + length <= count;
    if (!isPart || (untyped && first > 0)) {
      throw fail(`expected a part of a storage of ${count} numbers`);
    }
    const part = { storage: known, untyped, first, count: length };
    const bare = arrayOf(context, part, { dtype, start: 0, shape: [length], strides: [1] });
    parts.set(bare, part);
    return bare;
  };

  return {
    dialect: {
      expected: 'plain data, tensors and NumPy arrays',
      advice: '; save the state_dict() alone',
      names,
      reference,
    },
    storages,
  };
}

function dtypeOf(value: unknown, { fail }: NamesContext): StoredDType {
  const name = value instanceof PendingValue ? String(value.make()) : '';
  const dtype = torchDTypes.find((known) => name === `torch.${known}`);
  if (dtype !== undefined) return dtype;
  throw fail(`expected the type of a tensor to be one of ${torchDTypes.join(' ')}`);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isSize);
}
