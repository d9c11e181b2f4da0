import type { Random } from '@halp/random';
import { permutation } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';

/** A split of the training rows into rows to train on and rows that only select the epoch. */
export interface HoldOut {
  /** Rows to train on, ascending. */
  readonly train: Int32Array;
  /** Rows held out, ascending. */
  readonly validation: Int32Array;
}

/** Options of {@link holdOut}. */
export interface HoldOutOptions {
  /** Fraction of the rows to hold out, in (0, 1). */
  readonly fraction: number;
  /** `[count]`, the subject of each row; whole subjects are then held out. Default: rows are. */
  readonly subjects?: Int32Array | undefined;
}

const optionNames: OptionNames<HoldOutOptions> = {
  fraction: true,
  subjects: true,
};

/**
 * A random split of rows `0..count - 1`.
 *
 * With subjects, whole subjects are held out in random order until they have at least `fraction` of the rows,
 * so that no subject is on both sides. Without, `round(fraction * count)` rows are drawn.
 *
 * @param rng - draws one permutation, of the subjects or of the rows.
 * @throws RangeError if a side would be empty or `subjects` does not have one entry a row.
 */
export function holdOut(count: number, options: HoldOutOptions, rng: Random): HoldOut {
  expectPositiveIntegers('holdOut', { count });
  const { fraction, subjects } = expectOptions('holdOut', options, optionNames);
  expectRandom('holdOut', rng);
  if (!(Number.isFinite(fraction) && fraction > 0 && fraction < 1)) {
    throw new RangeError(`holdOut: expected fraction to be in (0, 1), got ${gotText(fraction)}`);
  }
  const held = subjects
    ? heldSubjects(count, fraction, subjects, rng)
    : heldRows(count, fraction, rng);
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const split = {
    train: rows.filter((row) => !held.has(row)),
    validation: rows.filter((row) => held.has(row)),
  };
  if (split.train.length === 0 || split.validation.length === 0) {
    throw new RangeError(
      `holdOut: expected both sides to have rows, got ${split.train.length} to train on and ` +
        `${split.validation.length} held out of ${count}; choose another fraction`,
    );
  }
  return split;
}

function heldRows(count: number, fraction: number, rng: Random): ReadonlySet<number> {
  return new Set(permutation(count, rng).subarray(0, Math.round(fraction * count)));
}

function heldSubjects(
  count: number,
  fraction: number,
  subjects: Int32Array,
  rng: Random,
): ReadonlySet<number> {
  if (subjects.length !== count) {
    throw new RangeError(
      `holdOut: expected subjects to be given for each of ${count} rows, got ${subjects.length}`,
    );
  }
  const distinct = [...new Set(subjects)].sort((a, b) => a - b);
  const held = new Set<number>();
  for (const which of permutation(distinct.length, rng)) {
    if (held.size >= fraction * count) break;
    subjects.forEach((subject, row) => {
      if (subject === distinct[which]) held.add(row);
    });
  }
  return held;
}
