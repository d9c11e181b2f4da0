import type { StoredDType } from '../npy/stored.ts';
import { PendingValue } from '../pickle/parse.ts';

/** PyTorch's classes of storages, and the types of their numbers; for the other types there is none. */
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

/** The types of tensors that are read. */
export const torchDTypes: readonly StoredDType[] = [
  ...Object.values(CLASSES),
  'uint16',
  'uint32',
  'uint64',
];

/** The class of a storage, which is only ever named in a reference to one. */
export class StorageClass {
  /** The type of its numbers; that of bytes where each tensor has its own. */
  readonly dtype: StoredDType;
  /** Whether each tensor has its own. */
  readonly untyped: boolean;

  constructor(dtype: StoredDType, untyped: boolean) {
    this.dtype = dtype;
    this.untyped = untyped;
  }
}

/** What the names of classes of storages and of types stand for in a pickle; types are given as texts. */
export const torchTypeNames: Readonly<Record<string, StorageClass | PendingValue<string>>> =
  /* @__PURE__ */ typeNames();

function typeNames(): Readonly<Record<string, StorageClass | PendingValue<string>>> {
  const names: Record<string, StorageClass | PendingValue<string>> = {
    'torch.storage.UntypedStorage': new StorageClass('uint8', true),
  };
  for (const [name, dtype] of Object.entries(CLASSES)) {
    // Files of PyTorch before 0.4 name the classes of the GPU.
    for (const module of ['torch', 'torch.cuda']) {
      names[`${module}.${name}`] = new StorageClass(dtype, false);
    }
  }
  for (const dtype of torchDTypes) {
    names[`torch.${dtype}`] = new PendingValue(() => `torch.${dtype}`);
  }
  return names;
}

/** The name of the class of a storage of a type; undefined where there is none. */
export function storageClassOf(dtype: StoredDType): string | undefined {
  return Object.keys(CLASSES).find((name) => CLASSES[name] === dtype);
}
