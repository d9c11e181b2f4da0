import type { StoredDType, StoredNumbers } from '../npy/stored.ts';
import type { Piece } from './piece.ts';
import type { PendingTexts } from './texts.ts';

/** An array in a pickle whose numbers have not been read: type, shape, order and position. Plain data. */
export interface PickledArray extends StoredNumbers {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** The position of its numbers in the file. */
  readonly piece: Piece;
  /** For a view whose axes NumPy has permuted: for each axis, its index in the file, where the last axis is fastest. */
  readonly axes?: readonly number[];
  /** Its numbers as doubles, for an array of at most 8 numbers found by `openPickle`. */
  readonly few?: readonly number[];
}

/** The contents of a NumPy array: numbers, texts, or objects. */
export type PickledContents = PickledArray | PendingTexts | readonly unknown[];

/** A NumPy array whose contents may still be unknown. */
export class PendingArray {
  value: PickledContents | undefined;
  readonly #make: (state: readonly unknown[]) => PickledContents;

  constructor(make: (state: readonly unknown[]) => PickledContents) {
    this.#make = make;
  }

  /** Called by pickleparser. */
  __setstate__(state: readonly unknown[]): void {
    this.value = this.#make(state);
  }
}

/** A NumPy type of numbers whose byte order may still be unknown. */
export class PendingDType {
  byteOrder: 'little' | 'big' = 'little';
  readonly dtype: StoredDType;
  readonly #orderOf: (value: unknown) => 'little' | 'big';

  constructor(dtype: StoredDType, orderOf: (value: unknown) => 'little' | 'big') {
    this.dtype = dtype;
    this.#orderOf = orderOf;
  }

  /** Called by pickleparser with `(version, order, …)`. */
  __setstate__([, order]: readonly unknown[]): void {
    this.byteOrder = this.#orderOf(order);
  }
}

/** NumPy's type of texts or of objects; `PendingDType` for numbers. */
export class PendingOtherType {
  byteOrder: 'little' | 'big' = 'little';
  /** NumPy's code, such as `U6`, `S6` or `O8`. */
  readonly code: string;
  readonly #orderOf: (value: unknown) => 'little' | 'big';

  constructor(code: string, orderOf: (value: unknown) => 'little' | 'big') {
    this.code = code;
    this.#orderOf = orderOf;
  }

  /** The bytes of one text. */
  get bytes(): number {
    return Number(this.code.slice(1)) * (this.code.startsWith('U') ? 4 : 1);
  }

  /** Called by pickleparser with `(version, order, …)`. */
  __setstate__([, order]: readonly unknown[]): void {
    this.byteOrder = this.#orderOf(order);
  }
}
