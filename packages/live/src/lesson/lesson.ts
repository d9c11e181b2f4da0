import { type Example, isSameClip } from './example.ts';
import { nearestScorer } from './nearest-scorer.ts';
import { ridgeScorer } from './ridge-scorer.ts';
import type { Scorer } from './scorer.ts';
import { spreadOf, thresholdOf } from './threshold.ts';
import { unit } from './unit-rows.ts';

/** How the features of examples classify. */
export interface LessonOptions {
  /** Nearest neighbours by cosine similarity, or ridge regression. */
  readonly by: 'nearest' | 'ridge';
  /** Nearest neighbours of each label. */
  readonly k: number;
  /** The weight of the ridge penalty. */
  readonly lambda: number;
  /** The fraction of actions that were not taught to call unknown. */
  readonly rejection: number;
  /** The threshold; undefined: calibrated from the examples. */
  readonly threshold?: number | undefined;
}

/** How well the examples are told from each other. */
export interface LessonReport {
  /** The labels, in the order in which they were taught, with their number of examples. */
  readonly labels: readonly LabelCount[];
  /** The number of examples. */
  readonly examples: number;
  /**
   * The fraction of the examples that get their own label when they are left out; of the examples whose label has another one.
   * Undefined if there are none, or only one label, which nothing can be mistaken for.
   */
  readonly accuracy: number | undefined;
  /** The examples that get another label when they are left out. */
  readonly mistaken: readonly Mistaken[];
  /** The score below which a clip is 'unknown'; undefined with fewer than two examples. */
  readonly threshold: number | undefined;
}

/** A label with its number of examples. */
export interface LabelCount {
  /** The label. */
  readonly label: string;
  /** How many examples it has. */
  readonly examples: number;
}

/** An example that gets another label when it is left out. */
export interface Mistaken {
  /** Its place among the examples, from 0. */
  readonly example: number;
  /** Its label. */
  readonly label: string;
  /** The label that it gets. */
  readonly taken: string;
}

/** The classifier of a lesson. */
export interface LessonClassifier {
  /** The labels. */
  readonly labels: readonly string[];
  /** The score of each label. */
  scores(feature: Float32Array): Float64Array;
  /** The score at which a label is reported. */
  readonly threshold: number;
  /** The standard deviation of the scores, see `spreadOf`. */
  readonly spread: number;
}

/** Examples with their features, and the classifier made of them. */
export interface Lesson {
  /** The examples. */
  readonly examples: readonly Example[];
  /** @throws RangeError if an example has the clip of an earlier one. */
  expectNew(caller: string, example: Example): void;
  /** Adds an example with its feature. */
  add(example: Example, feature: Float32Array): void;
  /** Removes the examples of a label and returns their number. */
  remove(label: string): number;
  /** See {@link LessonReport}. */
  report(): LessonReport;
  /** The classifier; undefined with fewer than two examples. */
  classifier(): LessonClassifier | undefined;
}

interface Fitted {
  readonly labels: readonly string[];
  readonly numbers: readonly number[];
  readonly scorer: Scorer;
  readonly threshold: number;
  readonly spread: number;
}

/** An empty lesson. The classifier is made when it is first asked for after a change. */
export function createLesson({ by, k, lambda, threshold, rejection }: LessonOptions): Lesson {
  let taught: { readonly example: Example; readonly row: Float64Array }[] = [];
  let fitted: Fitted | undefined;
  const fit = (): Fitted | undefined => {
    if (taught.length < 2) return undefined;
    if (fitted !== undefined) return fitted;
    const labels = [...new Set(taught.map(({ example }) => example.label))];
    const numbers = taught.map(({ example }) => labels.indexOf(example.label));
    const features = { rows: taught.map(({ row }) => row), labels: numbers, count: labels.length };
    const scorer = by === 'ridge' ? ridgeScorer(features, lambda) : nearestScorer(features, k);
    const own = scorer.leaveOneOut.flatMap((scores, i) => {
      const label = numbers[i] as number;
      return largest(scores) === label ? [scores[label] as number] : [];
    });
    fitted = {
      ...{ labels, numbers, scorer },
      threshold: threshold ?? thresholdOf(own, scorer.otherLabels, rejection),
      spread: spreadOf(scorer.leaveOneOut.flatMap((scores) => [...scores])),
    };
    return fitted;
  };
  return {
    get examples() {
      return taught.map(({ example }) => example);
    },
    expectNew(caller, { label, clip }) {
      const same = taught.find(({ example }) => isSameClip(example.clip, clip));
      if (same === undefined) return;
      const other = same.example.label;
      throw new RangeError(
        other === label
          ? `${caller}: expected a new example of '${label}', got the same clip again`
          : `${caller}: expected different clips for '${other}' and '${label}', got the same clip for both; remove one`,
      );
    },
    add(example, feature) {
      taught.push({ example, row: unit(feature) });
      fitted = undefined;
    },
    remove(label) {
      const before = taught.length;
      taught = taught.filter(({ example }) => example.label !== label);
      fitted = undefined;
      return before - taught.length;
    },
    report() {
      const found = fit();
      const counts = new Map<string, number>();
      for (const { example } of taught) {
        counts.set(example.label, (counts.get(example.label) ?? 0) + 1);
      }
      const labels = [...counts].map(([label, examples]) => ({ label, examples }));
      const base = { labels, examples: taught.length };
      if (found === undefined) {
        return { ...base, accuracy: undefined, mistaken: [], threshold: undefined };
      }
      const { accuracy, mistaken } = leaveOneOut(found);
      return { ...base, accuracy, mistaken, threshold: found.threshold };
    },
    classifier() {
      const found = fit();
      if (found === undefined) return undefined;
      const { labels, scorer, spread } = found;
      return {
        ...{ labels, spread, threshold: found.threshold },
        scores: (feature) => scorer.scores(unit(feature)),
      };
    },
  };
}

function leaveOneOut({
  labels,
  numbers,
  scorer,
}: Fitted): Pick<LessonReport, 'accuracy' | 'mistaken'> {
  const mistaken: Mistaken[] = [];
  let counted = 0;
  for (const [example, scores] of scorer.leaveOneOut.entries()) {
    const own = numbers[example] as number;
    if (scores[own] === -Infinity) continue;
    counted++;
    const best = largest(scores);
    if (best === own) continue;
    mistaken.push({ example, label: labels[own] as string, taken: labels[best] as string });
  }
  const accuracy =
    counted === 0 || labels.length === 1 ? undefined : (counted - mistaken.length) / counted;
  return { accuracy, mistaken };
}

/** The index of the largest number; the first of equal ones. */
export function largest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) > (values[best] as number)) best = i;
  }
  return best;
}
