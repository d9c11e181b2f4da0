import { expectTyped } from '../features/typed.ts';
import { assignColumns } from './assignment.ts';

/** Agreement of clusters with classes. */
export interface ClusterAgreement {
  /** {@link normalizedMutualInformation}. */
  readonly nmi: number;
  /** {@link adjustedRandIndex}. */
  readonly ari: number;
  /** {@link purity}. */
  readonly purity: number;
  /** {@link clusteringAccuracy}. */
  readonly accuracy: number;
}

/** All four measures of agreement, from one contingency table. */
export function clusterAgreement(labels: Int32Array, clusters: Int32Array): ClusterAgreement {
  expectTyped('clusterAgreement', 'labels', labels, Int32Array);
  expectTyped('clusterAgreement', 'clusters', clusters, Int32Array);
  return {
    nmi: normalizedMutualInformation(labels, clusters),
    ari: adjustedRandIndex(labels, clusters),
    purity: purity(labels, clusters),
    accuracy: clusteringAccuracy(labels, clusters),
  };
}

/**
 * Normalised mutual information of two partitions, in `[0, 1]`: I(U; V) / ((H(U) + H(V)) / 2).
 *
 * The arithmetic mean is the usual normalisation (scikit-learn's default). The numbering of the parts does
 * not matter. Two partitions of one part each give 1.
 *
 * @param labels - `[n]`, the part of each clip in the first partition.
 * @param clusters - `[n]`, its part in the second.
 * @throws RangeError if the lengths differ or are 0.
 */
export function normalizedMutualInformation(labels: Int32Array, clusters: Int32Array): number {
  const { table, rows, columns, total } = contingency(
    'normalizedMutualInformation',
    labels,
    clusters,
  );
  if (rows.length === 1 && columns.length === 1) return 1;
  const entropies = entropy(rows, total) + entropy(columns, total);
  let information = 0;
  table.forEach((row, i) => {
    row.forEach((count, j) => {
      if (count === 0) return;
      const expected = ((rows[i] as number) * (columns[j] as number)) / total;
      information += (count / total) * Math.log(count / expected);
    });
  });
  // Rounding can give a negative number for independent partitions.
  return Math.min(1, Math.max(0, (2 * information) / entropies));
}

/**
 * Adjusted Rand index of two partitions, at most 1, and 0 on average for random ones: the pairs of clips
 * that are together in both, corrected for chance,
 * (Σ C(n_ij, 2) - E) / ((Σ C(a_i, 2) + Σ C(b_j, 2)) / 2 - E), E = Σ C(a_i, 2) Σ C(b_j, 2) / C(n, 2)
 * (Hubert and Arabie 1985, equation 5).
 *
 * Where the denominator is 0 (all clips together in both, or all apart in both) the result is 1.
 *
 * @throws RangeError if the lengths differ or are 0.
 */
export function adjustedRandIndex(labels: Int32Array, clusters: Int32Array): number {
  const { table, rows, columns, total } = contingency('adjustedRandIndex', labels, clusters);
  const pairs = (counts: readonly number[]): number =>
    counts.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const [a, b] = [pairs(rows), pairs(columns)];
  const expected = total > 1 ? (a / ((total * (total - 1)) / 2)) * b : 0;
  const most = (a + b) / 2;
  return most === expected ? 1 : (pairs(table.flat()) - expected) / (most - expected);
}

/**
 * Purity, in `(0, 1]`: the fraction of clips in the most frequent class of their cluster.
 *
 * It grows with the number of clusters; compare it only between equal numbers of clusters.
 *
 * @throws RangeError if the lengths differ or are 0.
 */
export function purity(labels: Int32Array, clusters: Int32Array): number {
  const { table, columns, total } = contingency('purity', labels, clusters);
  const most = columns.map((_, j) => Math.max(...table.map((row) => row[j] as number)));
  return most.reduce((sum, count) => sum + count, 0) / total;
}

/**
 * Clustering accuracy, in `(0, 1]`: the accuracy under the best one-to-one matching of clusters with
 * classes (Hungarian method; Xie et al. 2016, equation 10).
 *
 * If the numbers differ, clips of clusters or classes without a partner count as wrong.
 *
 * @throws RangeError if the lengths differ or are 0.
 */
export function clusteringAccuracy(labels: Int32Array, clusters: Int32Array): number {
  const { table, total } = contingency('clusteringAccuracy', labels, clusters);
  const partners = assignColumns(table);
  return table.reduce((sum, row, i) => sum + (row[partners[i] as number] ?? 0), 0) / total;
}

interface Contingency {
  /** Clips of each class (rows) in each cluster (columns). */
  readonly table: readonly (readonly number[])[];
  /** Clips of each class, none 0. */
  readonly rows: readonly number[];
  /** Clips of each cluster, none 0. */
  readonly columns: readonly number[];
  readonly total: number;
}

function contingency(caller: string, labels: Int32Array, clusters: Int32Array): Contingency {
  expectTyped(caller, 'labels', labels, Int32Array);
  expectTyped(caller, 'clusters', clusters, Int32Array);
  if (labels.length !== clusters.length || labels.length === 0) {
    throw new RangeError(
      `${caller}: expected as many labels as clusters, at least 1, ` +
        `got ${labels.length} and ${clusters.length}`,
    );
  }
  const places = [labels, clusters].map(
    (parts) => new Map([...new Set(parts)].map((p, i) => [p, i])),
  );
  const [of, into] = places as [Map<number, number>, Map<number, number>];
  const table = Array.from(of, () => new Array<number>(into.size).fill(0));
  labels.forEach((label, i) => {
    const row = table[of.get(label) as number] as number[];
    const column = into.get(clusters[i] as number) as number;
    row[column] = (row[column] as number) + 1;
  });
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const columns = Array.from(into.values(), (j) => sum(table.map((row) => row[j] as number)));
  return { table, rows: table.map(sum), columns, total: labels.length };
}

/** Entropy of positive counts, in nats. */
function entropy(counts: readonly number[], total: number): number {
  return -counts.reduce((sum, count) => sum + (count / total) * Math.log(count / total), 0);
}
