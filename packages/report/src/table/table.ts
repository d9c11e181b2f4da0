import { percent } from '../format.ts';
import type { AccuracyInterval } from '../run.ts';
import { spread } from './statistics.ts';

/** A published number. */
export interface Reported {
  /** An accuracy, a fraction in `[0, 1]`. */
  readonly value: number;
  /** Its source, printed below the table. */
  readonly source: string;
}

/** One cell of a table: reported and measured numbers, or the reason why there are none. */
export interface Cell {
  /** The published number to compare with. */
  readonly reported?: Reported | undefined;
  /** Our accuracies, fractions in `[0, 1]`, one for each run (usually a seed). */
  readonly measured?: readonly number[];
  /** 95 % interval of the accuracy over the test clips; printed if `measured` has a single run. Default: none. */
  readonly interval?: AccuracyInterval | undefined;
  /** Links to the manifests of those runs, in the same order. */
  readonly manifests?: readonly string[];
  /** How the runs are reduced from the recipe, such as `20 of 300 epochs`. */
  readonly reduced?: string | undefined;
  /** Reason why nothing was measured. */
  readonly reason?: string | undefined;
}

/** Accuracies of methods (rows) on benchmarks or protocols (columns). */
export interface Table {
  /** Title of the table. */
  readonly title: string;
  /** Head of the first column, such as `method`. */
  readonly rowHead?: string;
  /** Names of the rows. */
  readonly rows: readonly string[];
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** `[rows][columns]`. */
  readonly cells: readonly (readonly Cell[])[];
  /** Rows whose runs have the same seeds in the same order; the paired differences are printed below. Default: none. */
  readonly comparisons?: readonly Comparison[] | undefined;
}

/** Two rows of a table to compare. */
export interface Comparison {
  /** Index of the row. */
  readonly row: number;
  /** Index of the row that is subtracted. */
  readonly baseline: number;
}

/** A table laid out for any renderer; plain text, not yet escaped. */
export interface Grid {
  /** Title of the table. */
  readonly title: string;
  /** Unit of the numbers. */
  readonly unit: '%' | 'percentage points';
  /** Head of the first column. */
  readonly rowHead: string;
  /** The heads of the others; a column with reported numbers becomes two. */
  readonly heads: readonly GridHead[];
  /** The rows, with one cell for each head. */
  readonly rows: readonly { readonly name: string; readonly places: readonly GridPlace[] }[];
  /** Footnotes; mark 1 is the first. */
  readonly notes: readonly string[];
  /** Remarks on how to read the table. */
  readonly remarks: readonly string[];
}

/** The head of a printed column. */
export interface GridHead {
  /** Index of the table's column. */
  readonly column: number;
  /** Name of the table's column. */
  readonly name: string;
  /** Which half of it; undefined if the column has only measured numbers. */
  readonly part: 'reported' | 'measured' | undefined;
  /** The label of reduced runs; all runs of a column are reduced in the same way or none is. */
  readonly reduced: string | undefined;
}

/** One printed cell. */
export interface GridPlace {
  /** The number as printed, or `–`. */
  readonly text: string;
  /** Secondary text, such as the number of runs. */
  readonly detail: string | undefined;
  /** The value, a fraction; undefined if there is none. */
  readonly value: number | undefined;
  /** Number of its footnote. */
  readonly mark: number | undefined;
  /** Links to manifests. */
  readonly links: readonly string[];
}

/**
 * The table in printed form, in percent: reported `79.7`, measured `78.9 ± 0.6` over 3 runs.
 *
 * A cell without a number is `–`, with its reason below the table. ± is the sample standard
 * deviation over the runs; a single run has none.
 *
 * @throws RangeError if cells do not match rows and columns, an accuracy is not a fraction, the
 *   numbers of links and runs differ, or a column mixes reduced runs with full ones or other reductions.
 */
export function gridOf(table: Table): Grid {
  checkSizes(table);
  const notes: string[] = [];
  const mark = (note: string): number => {
    const known = notes.indexOf(note);
    return known >= 0 ? known + 1 : notes.push(note);
  };
  const heads = table.columns.flatMap((name, column) => headsOf(table, name, column));
  const rows = table.rows.map((name, row) => ({
    name,
    places: heads.map(({ column, part }) => {
      const cell = table.cells[row]?.[column] ?? {};
      return part === 'reported' ? reportedPlace(cell, mark) : measuredPlace(cell, mark);
    }),
  }));
  const hasSpread = table.cells.flat().some(({ measured = [] }) => measured.length > 1);
  const remarks = hasSpread ? ['± is the sample standard deviation over the runs.'] : [];
  const { title, rowHead = '' } = table;
  return { title, unit: '%', rowHead, heads, rows, notes, remarks };
}

function headsOf({ cells }: Table, name: string, column: number): GridHead[] {
  const inColumn = cells.map((row) => row[column] ?? {});
  const labels = new Set(
    inColumn.filter(({ measured = [] }) => measured.length > 0).map(({ reduced }) => reduced),
  );
  if (labels.size > 1) {
    const names = [...labels].map((label) => label ?? 'full runs').join(', ');
    throw new RangeError(
      `gridOf: expected runs of one size in a column, got ${names} in '${name}'; ` +
        `put reduced runs into a separate column`,
    );
  }
  const [reduced] = labels;
  const head = { column, name, part: undefined, reduced };
  return inColumn.some((cell) => cell.reported)
    ? [
        { ...head, part: 'reported', reduced: undefined },
        { ...head, part: 'measured' },
      ]
    : [head];
}

function reportedPlace({ reported }: Cell, mark: (note: string) => number): GridPlace {
  if (!reported) return place({ text: '–' });
  const { value, source } = reported;
  if (source.trim() === '')
    throw new RangeError('gridOf: expected a source for every reported number, got none');
  return place({ text: percent(fraction(value)), value, mark: mark(source) });
}

function measuredPlace(cell: Cell, mark: (note: string) => number): GridPlace {
  const { measured = [], manifests = [], reason, interval } = cell;
  if (measured.length === 0) {
    return place({ text: '–', mark: reason === undefined ? undefined : mark(reason) });
  }
  if (manifests.length > 0 && manifests.length !== measured.length) {
    throw new RangeError(
      `gridOf: expected as many manifests as runs, got ${manifests.length} for ${measured.length}`,
    );
  }
  const { mean, deviation, count } = spread(measured.map(fraction));
  return place({
    text: percent(mean) + (deviation === undefined ? '' : ` ± ${percent(deviation)}`),
    detail: count === 1 ? `1 run${intervalText(interval)}` : `${count} runs`,
    value: mean,
    links: manifests,
  });
}

/** `, 95 % interval 41.2 to 50.8`; empty if there is none. */
function intervalText(interval: AccuracyInterval | undefined): string {
  if (interval === undefined) return '';
  const [low, high] = [interval.low, interval.high].map((end) => percent(fraction(end)));
  return `, 95 % interval ${low} to ${high}`;
}

/** A cell with the given contents. */
export function place(known: Partial<GridPlace> & Pick<GridPlace, 'text'>): GridPlace {
  return { detail: undefined, value: undefined, mark: undefined, links: [], ...known };
}

function fraction(value: number): number {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`gridOf: expected an accuracy as a fraction in [0, 1], got ${value}`);
  }
  return value;
}

/** @throws RangeError if the cells do not match rows and columns. */
export function checkSizes({ rows, columns, cells }: Table): void {
  const sizes = cells.map((row) => row.length);
  if (sizes.length !== rows.length || sizes.some((size) => size !== columns.length)) {
    throw new RangeError(
      `gridOf: expected cells in ${rows.length} rows of ${columns.length}, got rows of [${sizes.join(', ')}]`,
    );
  }
}
