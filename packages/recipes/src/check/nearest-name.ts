/**
 * The name that differs least from a misspelt one, if it differs in at most a third of its letters: the Levenshtein
 * distance without regard to case, at most max(1, length / 3).
 */
export function nearestName(got: string, names: readonly string[]): string | undefined {
  const found = names
    .map((name) => ({ name, distance: distanceOf(got.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .find(({ name, distance }) => distance <= Math.max(1, name.length / 3));
  return found?.name;
}

/** Letters to insert, delete or replace. */
function distanceOf(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (before[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    before = row;
  }
  return before[b.length] as number;
}
