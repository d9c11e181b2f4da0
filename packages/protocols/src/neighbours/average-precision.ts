/** Quality of one ranking. */
export interface RankingQuality {
  /** Mean over the right rows of the precision at their rank, in (0, 1]. */
  readonly averagePrecision: number;
  /** Rank of the first right row, from 1. */
  readonly firstRank: number;
}

/**
 * Average precision of the ranking by descending similarity: AP = (1/R) Σ_i i / rank_i, over the R right
 * rows in the order of their ranks (Manning et al. 2008, section 8.4). Null if no row is right.
 *
 * Equal similarities rank by row, the earlier one first. Only the right rows are sorted; the
 * position of each other row among them is found by bisection.
 *
 * @param similarities - `[m]`.
 * @param label - the query's class.
 * @param labels - `[m]`, the class of each row.
 * @param left - a row to leave out, such as the query itself; -1 for none.
 */
export function rankingQuality(
  similarities: Float32Array,
  label: number,
  labels: Int32Array,
  left: number,
): RankingQuality | null {
  const right: number[] = [];
  for (let row = 0; row < labels.length; row += 1) {
    if (labels[row] === label && row !== left) right.push(row);
  }
  if (right.length === 0) return null;
  right.sort((a, b) => (similarities[b] as number) - (similarities[a] as number) || a - b);
  const rows = Int32Array.from(right);
  const values = Float32Array.from(right, (row) => similarities[row] as number);
  // Number of wrong rows directly before each right one; those after the last right one do not matter.
  const before = new Int32Array(rows.length + 1);
  const least = values[rows.length - 1] as number;
  for (let row = 0; row < labels.length; row += 1) {
    const similarity = similarities[row] as number;
    if (similarity < least || labels[row] === label || row === left) continue;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const value = values[middle] as number;
      const isAhead =
        value > similarity || (value === similarity && (rows[middle] as number) < row);
      if (isAhead) low = middle + 1;
      else high = middle;
    }
    before[low] = (before[low] as number) + 1;
  }
  let wrong = 0;
  let sum = 0;
  for (let i = 0; i < right.length; i += 1) {
    wrong += before[i] as number;
    sum += (i + 1) / (i + 1 + wrong);
  }
  return { averagePrecision: sum / right.length, firstRank: 1 + (before[0] as number) };
}
