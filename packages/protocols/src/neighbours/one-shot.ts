import { expectArray, expectOptions } from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures, rowsOf } from '../features/features.ts';
import { expectTyped } from '../features/typed.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { classNames, createEvaluation } from '../metrics/evaluation.ts';
import { checkLabels, predictionsOf } from '../metrics/metrics.ts';
import { nearestRows } from './nearest.ts';

/**
 * The exemplars of the one-shot protocol of NTU RGB+D 120 (Liu et al. 2019, section 4.2 and the data
 * set's page), one of each of its 20 novel classes A1, A7, …, A115. The other 100 classes are the ones
 * that may be trained on.
 */
export const ntu120OneShotExemplars: readonly string[] = Array.from({ length: 20 }, (_, i) => {
  const setup = i < 10 ? 'S001' : 'S018';
  return `${setup}C003P008R001A${String(1 + 6 * i).padStart(3, '0')}`;
});

/**
 * The rows of the named clips, in the order of the names.
 *
 * @param names - of all clips, such as a data set gives them.
 * @param exemplars - of the clips to find, for example {@link ntu120OneShotExemplars}.
 * @throws RangeError if one is missing or occurs twice.
 */
export function exemplarRows(names: readonly string[], exemplars: readonly string[]): Int32Array {
  expectArray('exemplarRows', 'a list of names', names);
  expectArray('exemplarRows', 'a list of exemplars', exemplars);
  return Int32Array.from(exemplars, (exemplar) => {
    const row = names.indexOf(exemplar);
    if (row < 0 || names.includes(exemplar, row + 1)) {
      throw new RangeError(
        `exemplarRows: expected each exemplar to be one of the names, got ` +
          `${exemplar} ${row < 0 ? 'not' : 'twice'} among ${names.length}`,
      );
    }
    return row;
  });
}

/** Options of {@link oneShot}. */
export interface OneShotOptions {
  /** Names of all classes or their number, not of the novel ones alone. */
  readonly classes: number | readonly string[];
}

/** What {@link oneShot} gives. */
export interface OneShotResult {
  /** The accuracy over the novel classes, which are the only ones it names. */
  readonly evaluation: Evaluation;
  /** The rows that were recognised, ascending. */
  readonly rows: Int32Array;
  /** `[n]`, what each was taken for, as a class among all. */
  readonly predictions: Int32Array;
  /** `[n, novel]`, cosine similarities to the exemplars, in the order of the novel classes. */
  readonly scores: Float32Array;
}

/**
 * Top-1 accuracy of one-shot recognition: every other clip of the novel classes is taken for the class
 * of the exemplar nearest in cosine similarity.
 *
 * The protocol of Liu et al. 2019 (NTU RGB+D 120, section 4.2): one given exemplar for each novel class,
 * all their remaining clips for testing. That the encoder has seen none of these classes is for the
 * caller to see to.
 *
 * @param features - of clips that include every clip of the novel classes; others are left alone.
 * @param exemplars - one row for each novel class, see {@link exemplarRows}; the smallest class wins a
 *   tie.
 * @throws RangeError if a class has two exemplars, a row is none, nothing is left to recognise, or a
 *   vector is zero or not finite.
 */
export async function oneShot(
  features: Features,
  exemplars: Int32Array,
  options: OneShotOptions,
): Promise<OneShotResult> {
  expectOptions('oneShot', options);
  expectTyped('oneShot', 'exemplars', exemplars, Int32Array);
  const names = classNames('oneShot', options.classes);
  const size = checkFeatures('oneShot', 'features', features);
  checkLabels('oneShot', 'labels', features.labels, names.length);
  const { gallery, queries, rows } = split(features, exemplars);
  const novel = gallery.labels;
  const found = await nearestRows('oneShot', gallery, queries.features, { k: novel.length, size });
  const scores = new Float32Array(found.rows.length);
  found.rows.forEach((exemplar, i) => {
    const query = Math.floor(i / novel.length);
    scores[query * novel.length + exemplar] = found.similarities[i] as number;
  });
  const evaluation = createEvaluation({
    protocol: 'one-shot',
    settings: { metric: 'cosine', ways: novel.length },
    selection: null,
    classes: Array.from(novel, (label) => names[label] as string),
    counts: { train: novel.length, validation: 0 },
    labels: queries.labels.map((label) => novel.indexOf(label)),
    scores,
  });
  const predictions = predictionsOf(scores, novel.length).map((way) => novel[way] as number);
  return { evaluation, rows, predictions, scores };
}

interface Split {
  /** The exemplars, by ascending class. */
  readonly gallery: Features;
  /** Everything else of their classes. */
  readonly queries: Features;
  /** Where the queries come from. */
  readonly rows: Int32Array;
}

function split(features: Features, exemplars: Int32Array): Split {
  const { labels } = features;
  const stray = exemplars.find((row) => labels[row] === undefined);
  if (stray !== undefined || exemplars.length === 0) {
    throw new RangeError(
      `oneShot: expected exemplars to be rows of ${labels.length}, at least one, got ${stray ?? 'none'}`,
    );
  }
  const gallery = rowsOf(
    features,
    Int32Array.from(exemplars).sort((a, b) => (labels[a] as number) - (labels[b] as number)),
  );
  const twice = gallery.labels.find((label, i) => label === gallery.labels[i + 1]);
  if (twice !== undefined) {
    throw new RangeError(
      `oneShot: expected a class to have one exemplar, got two of class ${twice}`,
    );
  }
  const rows = Int32Array.from(labels.keys()).filter(
    (row) => gallery.labels.includes(labels[row] as number) && !exemplars.includes(row),
  );
  if (rows.length === 0) {
    throw new RangeError(
      'oneShot: expected novel classes to have other clips than exemplars, got none',
    );
  }
  return { gallery, queries: rowsOf(features, rows), rows };
}
