/**
 * The assignment of rows to columns with the largest sum of entries: the column of each row, no column
 * twice; -1 for a row without one, if there are fewer columns than rows.
 *
 * Hungarian method with potentials, one shortest augmenting path a row (Kuhn 1955; Jonker and Volgenant
 * 1987), O(rows² · columns) on the matrix padded with zeros to a square.
 *
 * @param gains - `[rows][columns]`, finite.
 */
export function assignColumns(gains: readonly (readonly number[])[]): number[] {
  const columns = gains[0]?.length ?? 0;
  const side = Math.max(gains.length, columns);
  const cost = (row: number, column: number): number => -(gains[row]?.[column] ?? 0);
  // Column `side` lies outside the matrix: a path starts there.
  const rowOf = new Int32Array(side + 1).fill(-1);
  const ofRows = new Float64Array(side);
  const ofColumns = new Float64Array(side + 1);
  for (let row = 0; row < side; row += 1) {
    rowOf[side] = row;
    const slack = new Float64Array(side).fill(Infinity);
    const from = new Int32Array(side);
    const seen = new Set<number>();
    let column = side;
    while (rowOf[column] !== -1) {
      seen.add(column);
      const at = rowOf[column] as number;
      let next = -1;
      for (let j = 0; j < side; j += 1) {
        if (seen.has(j)) continue;
        const reduced = cost(at, j) - (ofRows[at] as number) - (ofColumns[j] as number);
        if (reduced < (slack[j] as number)) {
          slack[j] = reduced;
          from[j] = column;
        }
        if (next < 0 || (slack[j] as number) < (slack[next] as number)) next = j;
      }
      const step = slack[next] as number;
      for (const j of seen) {
        const owner = rowOf[j] as number;
        ofRows[owner] = (ofRows[owner] as number) + step;
        ofColumns[j] = (ofColumns[j] as number) - step;
      }
      slack.forEach((value, j) => {
        if (!seen.has(j)) slack[j] = value - step;
      });
      column = next;
    }
    for (; column !== side; column = from[column] as number) {
      rowOf[column] = rowOf[from[column] as number] as number;
    }
  }
  const partners = new Array<number>(gains.length).fill(-1);
  rowOf.subarray(0, columns).forEach((row, column) => {
    if (row < gains.length) partners[row] = column;
  });
  return partners;
}
