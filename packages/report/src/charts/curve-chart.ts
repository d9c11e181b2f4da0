import type { TopLevelSpec } from 'vega-lite';
import { expectArray, expectObject, expectOptions, type OptionNames } from '@halp/random/check';
import { chartColours, lineStyle } from '../palette.ts';
import type { RunRecord } from '../run.ts';
import { runNames } from '../run.ts';
import { renderChart, textAt } from './chart.ts';
import type { Curve } from './curves.ts';

/** Options of {@link curveChart}. */
export interface CurveOptions {
  /** Width of the chart with its axes, approximately, in CSS pixels. Default: 320. */
  readonly width?: number;
  /** Height of the chart with its axes, approximately, in CSS pixels. Default: 220. */
  readonly height?: number;
  /** Whether the chart has a legend and a title. Default: true. */
  readonly labelled?: boolean;
}

const optionNames: OptionNames<CurveOptions> = {
  width: true,
  height: true,
  labelled: true,
};

/**
 * One curve of all runs as an SVG. The horizontal axis counts completed epochs, so the first epoch
 * is at 1; numbers that are not finite are omitted.
 */
export function curveChart(
  runs: readonly RunRecord[],
  curve: Curve,
  options: CurveOptions = {},
): Promise<string> {
  expectArray('curveChart', 'a list of runs', runs);
  expectObject('curveChart', curve, 'a curve of curvesOf');
  expectOptions('curveChart', options, optionNames);
  return renderChart(curveSpec(runs, curve, options));
}

/** The names of the runs that have a log, in the order of their line styles. */
export function drawnNames(runs: readonly RunRecord[]): string[] {
  return runNames(runs.filter(({ log }) => log.length > 0));
}

/** A chart or one layer of it, without its size. */
type LayerSpec = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

interface Point {
  readonly epochs: number;
  readonly value: number;
  /** Index of the run's name among the drawn names. */
  readonly series: number;
  readonly run: number;
}

/** Fixed margins, so that the plots of a page align; a chart with title and legend computes its own. */
const margins = { left: 60, right: 14, top: 6, bottom: 42 };

function curveSpec(
  runs: readonly RunRecord[],
  curve: Curve,
  { width = 320, height = 220, labelled = true }: CurveOptions,
): TopLevelSpec {
  const points = pointsOf(runs, curve);
  const names = drawnNames(runs);
  // Indices instead of names, since Vega misreads names such as 'constructor'.
  const series = names.map((_, i) => i);
  const styles = names.map((_, i) => lineStyle(i));
  const sparse = points.length <= 24 * runs.length;
  const line = {
    data: { values: points },
    mark: {
      type: 'line',
      interpolate: curve.scale === 'rate' ? 'step-after' : 'linear',
      strokeWidth: 1.75,
      strokeJoin: 'round',
      point: sparse && curve.scale !== 'rate' ? { size: 18 } : false,
    },
    encoding: {
      x: {
        field: 'epochs',
        type: 'quantitative',
        title: 'epochs completed',
        ...epochScale(runs),
      },
      y: { field: 'value', type: 'quantitative', title: curve.axis, ...valueScale(points, curve) },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: series, range: styles.map(({ colour }) => colour.light) },
        legend: labelled ? { labelExpr: textAt(names) } : null,
      },
      strokeDash: {
        field: 'series',
        type: 'nominal',
        scale: {
          domain: series,
          range: styles.map(({ dash }) => (dash.length > 0 ? [...dash] : [1, 0])),
        },
        legend: null,
      },
      detail: { field: 'run', type: 'nominal' },
    },
  } satisfies LayerSpec;
  const frame = {
    ...(labelled ? { title: curve.title } : { autosize: 'none' as const, padding: margins }),
    width: width - margins.left - margins.right,
    height: height - margins.top - margins.bottom,
    description: `${curve.title} over the epochs`,
  };
  const { levels } = curve;
  return levels === undefined
    ? { ...frame, ...line }
    : { ...frame, layer: [line, levelLine(levels)] };
}

/** Dashed lines across a chart, in the colour of its labels. */
function levelLine(levels: readonly number[]): LayerSpec {
  return {
    data: { values: levels.map((value) => ({ value })) },
    mark: { type: 'rule', color: chartColours.muted.light, strokeDash: [3, 3] },
    encoding: { y: { field: 'value', type: 'quantitative' } },
  };
}

function pointsOf(runs: readonly RunRecord[], { value }: Curve): Point[] {
  const names = drawnNames(runs);
  return runs.flatMap(({ name, log }, run) =>
    log.flatMap((entry) => {
      const y = value(entry);
      const drawn = y !== undefined && Number.isFinite(y);
      return drawn ? [{ epochs: entry.epoch + 1, value: y, series: names.indexOf(name), run }] : [];
    }),
  );
}

/** The same domain for every curve of the runs, so that charts can be compared vertically. */
function epochScale(runs: readonly RunRecord[]): object {
  const epochs = runs.flatMap(({ log }) => log.map(({ epoch }) => epoch + 1));
  const first = epochs.reduce((a, b) => Math.min(a, b), Infinity);
  const last = epochs.reduce((a, b) => Math.max(a, b), -Infinity);
  const few = last - first < 8;
  const every = Array.from({ length: few ? last - first + 1 : 0 }, (_, i) => first + i);
  return {
    scale: { domain: first < last ? [first, last] : [first - 1, last + 1], nice: false },
    axis: {
      grid: false,
      labelFlush: false,
      format: 'd',
      ...(few ? { values: every } : { tickCount: 6 }),
    },
  };
}

function valueScale(points: readonly Point[], { scale }: Curve): object {
  const values = [...new Set(points.map(({ value }) => value))].sort((a, b) => a - b);
  // Fixed like the margins, since Vega overestimates text widths without a canvas.
  const extent = { minExtent: 40, maxExtent: 40 };
  switch (scale) {
    case 'plain':
      return { scale: aroundValues(values), axis: { ...extent, tickCount: 5 } };
    case 'fraction':
      return { scale: aroundValues(values), axis: { ...extent, tickCount: 5, format: '~%' } };
    case 'rate': {
      const lowest = values[0] ?? 0;
      const wide = lowest > 0 && (values.at(-1) ?? 0) >= 4 * lowest;
      return {
        scale: wide ? { type: 'log', nice: false, padding: 12 } : { zero: true, nice: true },
        axis: { ...extent, format: '~g', ...(values.length <= 5 ? { values } : { tickCount: 4 }) },
      };
    }
  }
}

/** A scale that need not start at 0, and is not empty for a single value. */
function aroundValues(values: readonly number[]): object {
  const [only] = values;
  if (values.length !== 1 || only === undefined) return { zero: false, nice: true };
  const room = Math.abs(only) / 10 || 1;
  return { domain: [only - room, only + room], nice: true };
}
