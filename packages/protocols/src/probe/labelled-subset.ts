import type { Random } from '@halp/random';
import { choose } from '@halp/random';
import { expectOptions, expectRandom, gotText, type OptionNames } from '@halp/random/check';
import { expectTyped } from '../features/typed.ts';
import { classNames } from '../metrics/evaluation.ts';
import { checkLabels } from '../metrics/metrics.ts';

/** Options of {@link labelledSubset}. */
export interface LabelledSubsetOptions {
  /** Fraction of the clips that keep their labels, in (0, 1]; 0.01, 0.05, 0.1 and 0.2 in the papers. */
  readonly fraction: number;
  /**
   * `false`: clips are drawn from all clips, as by the authors of CMD and HaLP. `true`: the same fraction
   * of every class.
   */
  readonly balanced: boolean;
  /** Number of classes. Default: the largest label + 1. */
  readonly classes?: number;
}

/** Result of {@link labelledSubset}. */
export interface LabelledSubset {
  /** Rows that keep their labels, ascending. */
  readonly rows: Int32Array;
  /** Number of labelled rows of each class. */
  readonly perClass: readonly number[];
  /** Classes without any label, which cannot be learned; ascending. */
  readonly missing: readonly number[];
}

const optionNames: OptionNames<LabelledSubsetOptions> = {
  fraction: true,
  balanced: true,
  classes: true,
};

/**
 * The rows of a training set that keep their labels in semi-supervised learning.
 *
 * Plain: `round(fraction * n)` rows, every subset of that size equally likely; a class may get no
 * label, and the result lists it. Balanced: `round(fraction * n_c)` rows of every class c with clips,
 * at least one. In both cases at least one row is kept.
 *
 * @param labels - `[n]`, the class of each row, from 0.
 * @param rng - plain: draws one integer for each row kept; balanced: forked by `'class', c`, each fork draws.
 * @throws RangeError if there is no label, one is not a class, or the fraction is not in (0, 1].
 */
export function labelledSubset(
  labels: Int32Array,
  options: LabelledSubsetOptions,
  rng: Random,
): LabelledSubset {
  expectTyped('labelledSubset', 'labels', labels, Int32Array);
  const { fraction, balanced, classes } = expectOptions('labelledSubset', options, optionNames);
  expectRandom('labelledSubset', rng);
  if (!(Number.isFinite(fraction) && fraction > 0 && fraction <= 1)) {
    throw new RangeError(
      `labelledSubset: expected fraction to be in (0, 1], got ${gotText(fraction)}`,
    );
  }
  if (labels.length === 0) {
    throw new RangeError('labelledSubset: expected at least one label, got none');
  }
  const count = classes ?? labels.reduce((a, b) => Math.max(a, b)) + 1;
  const { length } = classNames('labelledSubset', count);
  checkLabels('labelledSubset', 'labels', labels, length);
  const rows = balanced
    ? balancedRows(labels, fraction, rng)
    : choose(sizeOf(labels.length, fraction), labels.length, rng);
  const perClass = new Array<number>(length).fill(0);
  for (const row of rows) {
    const label = labels[row] as number;
    perClass[label] = (perClass[label] as number) + 1;
  }
  const missing = perClass.flatMap((each, label) => (each === 0 ? [label] : []));
  return { rows: Int32Array.from(rows).sort(), perClass, missing };
}

function balancedRows(labels: Int32Array, fraction: number, rng: Random): Int32Array {
  const all = Int32Array.from(labels.keys());
  const present = [...new Set(labels)].sort((a, b) => a - b);
  return Int32Array.from(
    present.flatMap((label) => {
      const own = all.filter((row) => labels[row] === label);
      const drawn = choose(sizeOf(own.length, fraction), own.length, rng.fork('class', label));
      return Array.from(drawn, (i) => own[i] as number);
    }),
  );
}

function sizeOf(count: number, fraction: number): number {
  return Math.max(1, Math.round(fraction * count));
}
