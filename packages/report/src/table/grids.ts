import { percent } from '../format.ts';
import { pairedDifference } from './paired-difference.ts';
import type { Table } from './table.ts';
import { checkSizes, type Comparison, type Grid, gridOf, type GridPlace, place } from './table.ts';

/** A table in printed form: its accuracies, then the paired differences if it has comparisons. */
export function gridsOf(table: Table): Grid[] {
  const grid = gridOf(table);
  const { comparisons = [] } = table;
  return comparisons.length === 0 ? [grid] : [grid, differenceGrid(table, comparisons)];
}

/** The mean paired difference of each comparison in each column, with its interval and p. */
function differenceGrid(table: Table, comparisons: readonly Comparison[]): Grid {
  checkSizes(table);
  const { rows, columns, cells } = table;
  const known = (index: number): boolean => cells[index] !== undefined;
  const unknown = comparisons.find(({ row, baseline }) => !known(row) || !known(baseline));
  if (unknown !== undefined) {
    throw new RangeError(
      `gridsOf: expected comparisons of ${rows.length} rows, got ${unknown.row} and ${unknown.baseline}`,
    );
  }
  const measured = (row: number, column: number): readonly number[] =>
    cells[row]?.[column]?.measured ?? [];
  const places = comparisons.map(({ row, baseline }) =>
    columns.map((_, column) => differencePlace(measured(row, column), measured(baseline, column))),
  );
  const hasInterval = places.flat().some(({ text }) => text.includes('['));
  return {
    title: 'Paired differences',
    unit: 'percentage points',
    rowHead: '',
    heads: columns.map((name, column) => ({ column, name, part: undefined, reduced: undefined })),
    rows: comparisons.map(({ row, baseline }, i) => ({
      name: `${rows[row]} − ${rows[baseline]}`,
      places: places[i] as GridPlace[],
    })),
    notes: [],
    remarks: hasInterval
      ? [
          'Mean over runs of the same seed, [95 % interval by Student’s t], p of the exact two-sided sign-flip test ' +
            '(at least 2^(1 − n) for n pairs; not corrected for the number of comparisons).',
        ]
      : [],
  };
}

/** `+0.4 [−8.6, +9.3], p = 0.75`; `–` if a run of a pair is missing. */
function differencePlace(values: readonly number[], baseline: readonly number[]): GridPlace {
  if (values.length === 0 || values.length !== baseline.length) return place({ text: '–' });
  const { mean, interval, p, count } = pairedDifference(values, baseline);
  const range =
    interval === undefined ? '' : ` [${signed(interval.low)}, ${signed(interval.high)}]`;
  return place({
    text: `${signed(mean)}${range}${p === undefined ? '' : `, p = ${pText(p)}`}`,
    detail: count === 1 ? '1 pair' : `${count} pairs`,
  });
}

function signed(difference: number): string {
  const text = percent(Math.abs(difference));
  if (text === '0.0') return text;
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** Two significant digits. */
function pText(p: number): string {
  return p >= 0.1 ? p.toFixed(2) : String(Number(p.toPrecision(2)));
}
