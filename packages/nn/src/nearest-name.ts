/** Names longer than this are compared by their last characters alone. */
const LONGEST = 64;

/**
 * The name among others that takes the fewest insertions, deletions and exchanges of characters (Levenshtein), or that has
 * only other parts before it; undefined if none takes at most a third of the name's characters.
 */
export function nearestName(name: string, others: readonly string[]): string | undefined {
  const short = name.slice(-LONGEST);
  let best: string | undefined;
  let least = Math.floor(short.length / 3) + 1;
  for (const other of others) {
    const isPart = other.endsWith(`.${name}`) || name.endsWith(`.${other}`);
    const distance = isPart ? 0 : distanceOf(short, other.slice(-LONGEST));
    if (distance >= least) continue;
    least = distance;
    best = other;
  }
  return best;
}

function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
