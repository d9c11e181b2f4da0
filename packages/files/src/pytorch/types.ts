import type { StoredDType } from '../npy/stored.ts';
import { PendingValue } from '../pickle/parse.ts';

/** PyTorch's storage classes and the types of their numbers; other types have no such class. */
const CLASSES: Readonly<Record<string, StoredDType>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** The supported types of tensors. */
export const torchDTypes: readonly StoredDType[] = [
  ...Object.values(CLASSES),
  'uint16',
  'uint32',
  'uint64',
];

/** The class of a storage, which occurs only in references to storages. */
export class StorageClass {
  /** The type of its numbers; the type of bytes if each tensor has its own type. */
  readonly dtype: StoredDType;
  /** Whether each tensor has its own type. */
  readonly untyped: boolean;

  constructor(dtype: StoredDType, untyped: boolean) {
    this.dtype = dtype;
    this.untyped = untyped;
  }
}

/** Names of storage classes and of types in a pickle; types become texts. */
export const torchTypeNames: Readonly<Record<string, StorageClass | PendingValue<string>>> =
  /* @__PURE__ */ typeNames();

function typeNames(): Readonly<Record<string, StorageClass | PendingValue<string>>> {
  const names: Record<string, StorageClass | PendingValue<string>> = {
    'torch.storage.UntypedStorage': new StorageClass('uint8', true),
  };
  for (const [name, dtype] of Object.entries(CLASSES)) {
    // Files of PyTorch before 0.4 name the GPU's classes.
    for (const module of ['torch', 'torch.cuda']) {
      names[`${module}.${name}`] = new StorageClass(dtype, false);
    }
  }
  for (const dtype of torchDTypes) {
    names[`torch.${dtype}`] = new PendingValue(() => `torch.${dtype}`);
  }
  return names;
}

/** The name of the storage class of a type; undefined if there is none. */
export function storageClassOf(dtype: StoredDType): string | undefined {
  return Object.keys(CLASSES).find((name) => CLASSES[name] === dtype);
}
