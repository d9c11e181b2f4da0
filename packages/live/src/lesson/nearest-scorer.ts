import { type LabelledFeatures, largestOfOthers, type Scorer } from './scorer.ts';
import { dot } from './unit-rows.ts';

/**
 * Nearest neighbours: the score of a label is the mean cosine similarity of its k most similar examples, or of all if it has
 * fewer.
 */
export function nearestScorer({ rows, labels, count }: LabelledFeatures, k: number): Scorer {
  const scoresWithout = (feature: Float64Array, left: number): Float64Array => {
    const similarities = Array.from({ length: count }, (): number[] => []);
    rows.forEach((row, i) => {
      if (i !== left) similarities[labels[i] as number]?.push(dot(row, feature));
    });
    return Float64Array.from(similarities, (each) => {
      const best = each.sort((a, b) => b - a).slice(0, k);
      return best.length === 0 ? -Infinity : best.reduce((a, b) => a + b, 0) / best.length;
    });
  };
  const leaveOneOut = rows.map((row, i) => scoresWithout(row, i));
  return {
    scores: (feature) => scoresWithout(feature, -1),
    leaveOneOut,
    otherLabels: largestOfOthers(leaveOneOut, labels),
  };
}
