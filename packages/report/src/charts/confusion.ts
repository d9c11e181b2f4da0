import type { TopLevelSpec } from 'vega-lite';
import { expectArray, expectObject } from '@halp/random/check';
import { escapeHtml, percent } from '../format.ts';
import { chartColours } from '../palette.ts';
import type { ReportedEvaluation } from '../run.ts';
import { renderChart, textAt } from './chart.ts';

/** The part of an evaluation that a confusion chart or table needs. */
export type ConfusionInput = Pick<ReportedEvaluation, 'classes' | 'confusion'>;

/**
 * A confusion matrix as an SVG: true classes in rows, predicted ones in columns. The darker a cell,
 * the larger its share of the row; up to 20 classes, the number of clips is also printed.
 *
 * @throws RangeError if there are more than 150 classes (use {@link confusionTable}), or the size of the matrix is not the number
 *   of classes.
 */
export function confusionChart(input: ConfusionInput): Promise<string> {
  const { classes, confusion } = checked('confusionChart', input);
  if (classes.length > MAX_DRAWN) {
    throw new RangeError(
      `confusionChart: expected at most ${MAX_DRAWN} classes, got ${classes.length}; use confusionTable`,
    );
  }
  requireSquare('confusionChart', { classes, confusion });
  return renderChart(confusionSpec({ classes, confusion }));
}

/** Most classes of a chart; its SVG grows quadratically, to 5 MB here. */
export const MAX_DRAWN = 150;
const MOST_LISTED = 50;

/**
 * The most frequent confusions as an HTML table: true class, predicted class, number of clips and their share of the true
 * class. For more classes than a {@link confusionChart} can show.
 *
 * @param most - Most rows of the table. Default: 50.
 * @throws RangeError if the size of the matrix is not the number of classes.
 */
export function confusionTable(input: ConfusionInput, most: number = MOST_LISTED): string {
  const { classes, confusion } = checked('confusionTable', input);
  requireSquare('confusionTable', { classes, confusion });
  const confused = confusion.flatMap((row, i) => {
    const clips = row.reduce((sum, count) => sum + count, 0);
    return row.flatMap((count, j) =>
      count === 0 || i === j ? [] : [{ i, j, count, share: count / clips }],
    );
  });
  const listed = confused
    .sort((a, b) => b.count - a.count || b.share - a.share || a.i - b.i || a.j - b.j)
    .slice(0, most);
  const name = (index: number): string => escapeHtml(classes[index] ?? String(index));
  const rows = listed.map(
    ({ i, j, count, share }) =>
      `<tr><td>${name(i)}</td><td>${name(j)}</td><td>${count}</td><td>${percent(share)}</td></tr>`,
  );
  const head = '<tr><th>true</th><th>predicted</th><th>clips</th><th>% of the class</th></tr>';
  return `<table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`;
}

function checked(caller: string, input: ConfusionInput): ConfusionInput {
  const { classes, confusion } = expectObject(caller, input, 'classes and their confusion');
  expectArray(caller, 'classes as a list of names', classes);
  expectArray(caller, 'the confusion as a list of rows', confusion);
  return input;
}

function requireSquare(caller: string, { classes, confusion }: ConfusionInput): void {
  const sizes = [confusion.length, ...confusion.map((row) => row.length)];
  if (sizes.some((size) => size !== classes.length)) {
    throw new RangeError(
      `${caller}: expected a matrix of ${classes.length} × ${classes.length}, got rows of [${sizes.slice(1, 20).join(', ')}]`,
    );
  }
}

interface Place {
  /** Row, the index of the true class; names need not be unique. */
  readonly row: number;
  /** Column, the index of the predicted class. */
  readonly column: number;
  /** Number of clips. */
  readonly count: number;
  /** Share of the row, a fraction. */
  readonly share: number;
}

function confusionSpec({ classes, confusion }: ConfusionInput): TopLevelSpec {
  const names = classes.map(shortened);
  const { step, fontSize } = sizesFor(classes.length);
  // Without a canvas, Vega overestimates text widths and would leave wide gaps.
  const extent = Math.ceil(Math.max(...names.map((name) => name.length)) * 0.6 * fontSize) + 6;
  const slanted = Math.ceil(extent * Math.sin(Math.PI / 3)) + 6;
  const axis = (size: number): object => ({
    labelExpr: textAt(names),
    labelFontSize: fontSize,
    labelLimit: 0,
    labelOverlap: false,
    grid: false,
    minExtent: size,
    maxExtent: size,
  });
  return {
    width: step * classes.length,
    height: step * classes.length,
    autosize: 'none',
    padding: { left: extent + 28, top: 4, right: 4, bottom: slanted + 28 },
    description: 'Confusion matrix, true classes in rows and predicted ones in columns',
    data: { values: confusion.flatMap((row, i) => placesOf(row, i)) },
    encoding: {
      x: {
        field: 'column',
        type: 'ordinal',
        title: 'predicted',
        axis: { ...axis(slanted), labelAngle: -60 },
      },
      y: { field: 'row', type: 'ordinal', title: 'true', axis: axis(extent) },
    },
    layer: [shares(step), ...(step > 20 ? [counts()] : [])],
  } as TopLevelSpec;
}

/** Pixels of a cell and of the letters next to it. */
function sizesFor(classes: number): { readonly step: number; readonly fontSize: number } {
  if (classes <= 20) return { step: 26, fontSize: 11 };
  return classes <= 60 ? { step: 11, fontSize: 9 } : { step: 7, fontSize: 6 };
}

function placesOf(counts: readonly number[], row: number): Place[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, column) => ({
    row,
    column,
    count,
    share: total === 0 ? 0 : count / total,
  }));
}

function shares(step: number): object {
  return {
    mark: { type: 'rect', cornerRadius: step > 20 ? 3 : 0, width: step - 2, height: step - 2 },
    encoding: {
      color: { value: chartColours.cell.light },
      opacity: {
        field: 'share',
        type: 'quantitative',
        scale: { domain: [0, 1], range: [0.06, 1] },
        legend: null,
      },
    },
  };
}

function counts(): object {
  return {
    transform: [{ filter: 'datum.count > 0' }],
    mark: { type: 'text', fontSize: 10 },
    encoding: {
      text: { field: 'count' },
      color: {
        condition: { test: 'datum.share > 0.8', value: chartColours.onCell.light },
        value: chartColours.text.light,
      },
    },
  };
}

function shortened(name: string): string {
  return name.length > 22 ? `${name.slice(0, 21)}…` : name;
}
