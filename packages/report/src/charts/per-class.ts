import type { TopLevelSpec } from 'vega-lite';
import { expectArray } from '@halp/random/check';
import { percent } from '../format.ts';
import { lineStyle } from '../palette.ts';
import type { ReportedEvaluation } from '../run.ts';
import { renderChart, textAt } from './chart.ts';

/** The accuracies of one run in each class. */
export interface ClassAccuracies extends Pick<ReportedEvaluation, 'classes' | 'perClass'> {
  /** Name of the method; runs with the same name are seeds. */
  readonly name: string;
}

/**
 * Accuracies by class as an SVG: one row for each class, best mean first, with one dot for each run; runs
 * with the same name are at the same height.
 *
 * @param names - all names on the page, in the order of their colours.
 * @throws RangeError if there is no run, or the runs have different classes.
 */
export function perClassChart(
  runs: readonly ClassAccuracies[],
  names: readonly string[],
): Promise<string> {
  expectArray('perClassChart', 'a list of runs', runs);
  expectArray('perClassChart', 'a list of names', names);
  const [first] = runs;
  if (first === undefined)
    throw new RangeError('perClassChart: expected at least one run, got none');
  const { classes } = first;
  const other = runs.find((run) => run.classes.join('\n') !== classes.join('\n'));
  if (other !== undefined) {
    throw new RangeError(
      `perClassChart: expected runs with the same classes, got others in '${other.name}'`,
    );
  }
  return renderChart(perClassSpec(runs, classes, names));
}

function perClassSpec(
  runs: readonly ClassAccuracies[],
  classes: readonly string[],
  names: readonly string[],
): TopLevelSpec {
  const order = classes
    .map((_, i) => ({ i, mean: meanOf(runs, i) }))
    .sort((a, b) => b.mean - a.mean || a.i - b.i)
    .map(({ i }) => i);
  const shown = names.filter((name) => runs.some((run) => run.name === name));
  const values = runs.flatMap(({ name, perClass }) =>
    perClass.flatMap((value, row) =>
      value === null
        ? []
        : [
            {
              ...{ row, value, series: shown.indexOf(name) },
              words: `name: ${name}; class: ${classes[row]}; accuracy: ${percent(value)} %`,
            },
          ],
    ),
  );
  const fontSize = classes.length <= 60 ? 11 : 9;
  const step = Math.max(fontSize + 5, 5 + 7 * shown.length);
  const labels = classes.map((name) => (name.length > 34 ? `${name.slice(0, 33)}…` : name));
  // Without a canvas, Vega overestimates text widths and would leave wide gaps.
  const extent = Math.ceil(Math.max(...labels.map(({ length }) => length)) * 0.56 * fontSize) + 8;
  return {
    width: 440 - extent,
    height: step * classes.length,
    autosize: 'none',
    padding: { left: extent, top: 4, right: 16, bottom: 40 },
    description: 'Accuracy in each class',
    data: { values },
    mark: { type: 'point', filled: true, size: 34, opacity: 0.85 },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        title: null,
        scale: { domain: order, paddingInner: 0.25, paddingOuter: 0.1 },
        axis: {
          labelExpr: textAt(labels),
          labelFontSize: fontSize,
          labelLimit: 0,
          labelOverlap: false,
          grid: true,
          minExtent: extent,
          maxExtent: extent,
        },
      },
      description: { field: 'words', type: 'nominal' },
      // Indices instead of names, since Vega misreads names such as 'constructor'.
      yOffset: { field: 'series', sort: 'ascending' },
      x: {
        field: 'value',
        type: 'quantitative',
        title: 'accuracy (%)',
        scale: { domain: [0, 1] },
        axis: { format: '~%', tickCount: 5, labelFlush: false },
      },
      color: {
        field: 'series',
        type: 'nominal',
        scale: {
          domain: shown.map((_, i) => i),
          range: shown.map((name) => lineStyle(names.indexOf(name)).colour.light),
        },
        legend: null,
      },
    },
  };
}

/** Mean accuracy of a class; a class without clips comes last. */
function meanOf(runs: readonly ClassAccuracies[], index: number): number {
  const values = runs.flatMap(({ perClass }) => perClass[index] ?? []);
  if (values.length === 0) return -1;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
