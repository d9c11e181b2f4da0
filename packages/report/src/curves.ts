import { expectArray, expectOptions } from '@halp/random/check';
import type { TopLevelSpec } from 'vega-lite';
import { renderChart, textAt } from './chart.ts';
import { chartColours, lineStyle } from './palette.ts';
import { runNames } from './run.ts';
import type { LogEntry, RunRecord } from './run.ts';

/** A quantity over the epochs, for every run that logged it. */
export interface Curve {
  /** What is drawn, such as `InfoNCE`. */
  readonly title: string;
  /** Title of the vertical axis, with the unit. */
  readonly axis: string;
  /** How its numbers are printed and spaced. */
  readonly scale: 'plain' | 'fraction' | 'rate';
  /** The quantity in one line of a log; undefined where it is missing. */
  readonly value: (entry: LogEntry) => number | undefined;
  /** How it is read, in a sentence. */
  readonly note?: string;
  /** Values that the curve is compared with, each a horizontal line. */
  readonly levels?: readonly number[];
}

/** Options of {@link curveChart}. */
export interface CurveOptions {
  /** Width of the chart with its axes, CSS pixels, about. Default 320. */
  readonly width?: number;
  /** Height of the chart with its axes, CSS pixels, about. Default 220. */
  readonly height?: number;
  /** Whether the chart says which line is which (default) and what it shows. */
  readonly labelled?: boolean;
}

/**
 * The curves that the logs of these runs have: each loss by itself (InfoNCE and HaLP differ in size
 * and in sign), each metric, the learning rate.
 *
 * The total is left out where it would repeat the only loss. What is logged of hallucinated positives
 * (share kept, mean angle, mean hardness) is no loss and comes last.
 */
export function curvesOf(runs: readonly RunRecord[]): Curve[] {
  expectArray('curvesOf', 'a list of runs', runs);
  const entries = runs.flatMap(({ log }) => log);
  if (entries.length === 0) return [];
  const losses = namesOf(entries.map((entry) => entry.losses));
  const parts = losses.filter((name) => name !== 'total' && diagnosticOf(name) === undefined);
  const shown = parts.length === 1 ? losses.filter((name) => name !== 'total') : losses;
  return [
    ...shown.sort((a, b) => lossOrder(a) - lossOrder(b)).map((name) => lossCurve(name, entries)),
    ...namesOf(entries.map((entry) => entry.metrics ?? {}))
      .filter((name) => name !== CHANCE)
      .map((name) => metricCurve(name, entries)),
    {
      title: 'Learning rate',
      axis: 'learning rate',
      scale: 'rate',
      value: (entry) => entry.learningRate,
    },
  ];
}

/**
 * One curve of all runs as an SVG. The horizontal axis counts completed epochs, so the first epoch
 * stands at 1; numbers that are not finite are left out.
 */
export function curveChart(
  runs: readonly RunRecord[],
  curve: Curve,
  options: CurveOptions = {},
): Promise<string> {
  expectArray('curveChart', 'a list of runs', runs);
  expectOptions('curveChart', curve, 'a curve of curvesOf');
  expectOptions('curveChart', options);
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
  /** The place of the run's name among those drawn. */
  readonly series: number;
  readonly run: number;
}

/** Fixed, so that the plots of a page line up; a chart with title and legend finds its own. */
const margins = { left: 60, right: 14, top: 6, bottom: 42 };

function curveSpec(
  runs: readonly RunRecord[],
  curve: Curve,
  { width = 320, height = 220, labelled = true }: CurveOptions,
): TopLevelSpec {
  const points = pointsOf(runs, curve);
  const names = drawnNames(runs);
  // Places instead of names, since Vega takes 'constructor' for something else.
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

/** The same for every curve of the runs, so that charts one below the other can be compared. */
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
  // Fixed like the margins, since Vega without a canvas guesses text widths generously.
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

/** A scale that does not begin at 0, and is not empty where there is one value only. */
function aroundValues(values: readonly number[]): object {
  const [only] = values;
  if (values.length !== 1 || only === undefined) return { zero: false, nice: true };
  const room = Math.abs(only) / 10 || 1;
  return { domain: [only - room, only + room], nice: true };
}

function namesOf(records: readonly Readonly<Record<string, number>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function lossOrder(name: string): number {
  const order = ['infonce', 'halp'].indexOf(name.toLowerCase());
  if (name === 'total') return 3;
  if (diagnosticOf(name) !== undefined) return 4;
  return order >= 0 ? order : 2;
}

/** What is logged of hallucinated positives, as the start of a name: `kept`, or `kept_motion` for a stream. */
const diagnostics = {
  kept: { title: 'Positives kept', axis: 'share of positives (%)', scale: 'fraction' },
  angle: { title: 'Angle to the positives', axis: 'angle (radians)', scale: 'plain' },
  hardness: {
    title: 'Hardness of the positives',
    axis: 'step, of the way to the boundary (%)',
    scale: 'fraction',
  },
} as const;

function diagnosticOf(name: string): keyof typeof diagnostics | undefined {
  const start = name.split('_')[0] as string;
  return Object.hasOwn(diagnostics, start) ? (start as keyof typeof diagnostics) : undefined;
}

/** InfoNCE of a network that knows nothing, as the log has it: drawn with InfoNCE, not by itself. */
const CHANCE = 'infonce-chance';

/** InfoNCE, with its value at chance where the logs say it. */
function infonceCurve(name: string, entries: readonly LogEntry[]): Curve {
  const stream = name.slice('infonce_'.length);
  const logged = entries.map(({ metrics }) => metrics?.[CHANCE]);
  const levels = [...new Set(logged)].filter((level) => level !== undefined);
  const words = levels.map((level) => level.toFixed(2)).join(' and ');
  return {
    title: stream === '' ? 'InfoNCE' : `InfoNCE, ${stream}`,
    axis: 'InfoNCE (nats)',
    scale: 'plain',
    value: ({ losses }) => losses[name],
    ...(levels.length === 0
      ? {}
      : {
          levels,
          note: `Dashed line: chance, ln(K + 1) = ${words}, where positive and negatives are not told apart; a run may be near it for its first epochs.`,
        }),
  };
}

function lossCurve(name: string, entries: readonly LogEntry[]): Curve {
  const value = ({ losses }: LogEntry): number | undefined => losses[name];
  const diagnostic = diagnosticOf(name);
  if (diagnostic !== undefined) {
    const { title, ...rest } = diagnostics[diagnostic];
    const stream = name.slice(diagnostic.length + 1);
    return { title: stream === '' ? title : `${title}, ${stream}`, ...rest, value };
  }
  if (/^infonce(_|$)/i.test(name)) return infonceCurve(name, entries);
  switch (name.toLowerCase()) {
    case 'halp':
      return { title: 'HaLP', axis: 'HaLP term', scale: 'plain', value };
    default:
      return {
        title: name === 'total' ? 'Total loss' : name,
        axis: name === 'total' ? 'total loss' : name,
        scale: 'plain',
        value,
      };
  }
}

/** How a network spreads clips, as the start of a name: `uniformity`, or `uniformity_motion` for a stream. */
const spread = {
  alignment: {
    title: 'Alignment',
    axis: 'squared distance of two views',
    note: '0: both views of a clip have one embedding; lower is better only while uniformity stays low.',
  },
  uniformity: {
    title: 'Uniformity',
    axis: 'uniformity',
    note: 'Lower is more evenly spread, about -4 at best; 0: all clips have one embedding.',
  },
  'rankme-features': {
    title: 'Effective rank of the features',
    axis: 'RankMe, before the head',
    note: 'How many dimensions the features use that are evaluated later; higher is better, a fall is a loss of information.',
  },
  'rankme-embeddings': {
    title: 'Effective rank of the embeddings',
    axis: 'RankMe, after the head',
    note: 'How many dimensions the embeddings use; a fall below half of what it was, with uniformity rising towards 0, is a collapse.',
  },
} as const;

function metricCurve(name: string, entries: readonly LogEntry[]): Curve {
  const value = ({ metrics }: LogEntry): number | undefined => metrics?.[name];
  const [start = '', stream] = name.split('_');
  if (Object.hasOwn(spread, start)) {
    const { title, ...rest } = spread[start as keyof typeof spread];
    const full = stream === undefined ? title : `${title}, ${stream}`;
    return { ...rest, title: full, scale: 'plain', value };
  }
  const isFraction = entries.every((entry) => {
    const number = value(entry) ?? 0;
    return number >= 0 && number <= 1;
  });
  const known: Readonly<Record<string, string>> = {
    knn: 'kNN accuracy',
    linear: 'Linear accuracy',
  };
  const title = (Object.hasOwn(known, name) ? known[name] : undefined) ?? name;
  return {
    title,
    axis: Object.hasOwn(known, name) ? 'accuracy (%)' : name,
    scale: isFraction ? 'fraction' : 'plain',
    value,
  };
}
