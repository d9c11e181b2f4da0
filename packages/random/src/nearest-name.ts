/** Longer names are compared by their last characters only. */
const LONGEST = 64;

/**
 * The name most similar to a misspelt one; undefined if none is similar.
 *
 * It has the smallest distance (insertions, deletions, substitutions and swaps of neighbours, ignoring case), which is at most
 * a third of the longer name's length, or 1 for short names. A name that differs only by a prefix, such as
 * `module.fc.weight` and `fc.weight`, has distance 0.
 */
export function nearestName(name: string, others: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const other of others) {
    const isPart = other.endsWith(`.${name}`) || name.endsWith(`.${other}`);
    const distance = isPart ? 0 : distanceOf(endOf(name), endOf(other));
    const most = Math.max(1, Math.floor(Math.max(endOf(name).length, endOf(other).length) / 3));
    if (distance > most || distance >= least) continue;
    least = distance;
    best = other;
  }
  return best;
}

function endOf(name: string): string {
  return name.slice(-LONGEST).toLowerCase();
}

function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (before[j - 2] as number) + 1 : Infinity;
      next.push(
        Math.min(substituted, swapped, (row[j] as number) + 1, (next[j - 1] as number) + 1),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
