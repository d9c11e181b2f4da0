import { expectArray } from '@halp/random/check';
import type { LogEntry, RunRecord } from '../run.ts';
import { accuracies, diagnostics, spread } from './quantities.ts';

/** A quantity over the epochs, for every run that logged it. */
export interface Curve {
  /** Title, such as `InfoNCE`. */
  readonly title: string;
  /** Title of the vertical axis, with the unit. */
  readonly axis: string;
  /** Number format and scale. */
  readonly scale: 'plain' | 'fraction' | 'rate';
  /** The quantity in one line of a log; undefined if it is missing. */
  readonly value: (entry: LogEntry) => number | undefined;
  /** How to read it, one sentence. */
  readonly note?: string;
  /** Reference values, each drawn as a horizontal line. */
  readonly levels?: readonly number[];
}

/**
 * The curves in the logs of runs: each loss separately (InfoNCE and HaLP differ in scale and sign), each
 * metric, the learning rate.
 *
 * The total is omitted if it equals the only loss. The statistics of hallucinated positives (fraction kept,
 * mean angle, mean hardness) are not losses and come last.
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
      note: 'As the schedule of the recipe sets it for each epoch.',
      value: (entry) => entry.learningRate,
    },
  ];
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

const DEGREES = 180 / Math.PI;

function diagnosticOf(name: string): keyof typeof diagnostics | undefined {
  const start = name.split('_')[0] as string;
  return Object.hasOwn(diagnostics, start) ? (start as keyof typeof diagnostics) : undefined;
}

/** InfoNCE at chance level, as logged; drawn as a reference in the chart of InfoNCE. */
const CHANCE = 'infonce-chance';

/** InfoNCE, with its value at chance level if it is logged. */
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
      ? { note: 'Lower: a query is nearer to its key than to the negatives.' }
      : {
          levels,
          note: `Dashed line: chance level, ln(K + 1) = ${words}, where positive and negatives are not distinguished. A run may stay near it in its first epochs.`,
        }),
  };
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function lossCurve(name: string, entries: readonly LogEntry[]): Curve {
  const value = ({ losses }: LogEntry): number | undefined => losses[name];
  const diagnostic = diagnosticOf(name);
  if (diagnostic !== undefined) {
    const { title, ...rest } = diagnostics[diagnostic];
    const stream = name.slice(diagnostic.length + 1);
    const full = stream === '' ? title : `${title}, ${stream}`;
    const factor = diagnostic === 'angle' ? DEGREES : 1;
    return { ...rest, title: full, value: (entry) => scaled(value(entry), factor) };
  }
  if (/^infonce(_|$)/i.test(name)) return infonceCurve(name, entries);
  switch (name.toLowerCase()) {
    case 'halp':
      return {
        title: 'HaLP',
        axis: 'HaLP term',
        scale: 'plain',
        note: 'Weight included. In its aligned form, −μ/T times the similarity of query and positives, so at least −μ/T; near that limit the embeddings may have collapsed.',
        value,
      };
    default:
      return {
        title: name === 'total' ? 'Total loss' : name,
        axis: name === 'total' ? 'total loss' : name,
        scale: 'plain',
        ...(name === 'total' && { note: 'The sum of the losses, each with its weight.' }),
        value,
      };
  }
}

/** Norms and cosines of the gradients of the loss terms: `gradient-norm-infonce`, `gradient-cosine-infonce-halp_motion`. */
function gradientCurve(
  name: string,
): Pick<Curve, 'title' | 'axis' | 'note' | 'levels'> | undefined {
  const [, kind, parts, stream] = /^gradient-(norm|cosine)-([^_]+)(?:_(.+))?$/.exec(name) ?? [];
  if (kind === undefined || parts === undefined) return undefined;
  const terms: Readonly<Record<string, string>> = { infonce: 'InfoNCE', halp: 'HaLP' };
  const words = parts.split('-').map((part) => (Object.hasOwn(terms, part) ? terms[part] : part));
  const suffix = stream === undefined ? '' : `, ${stream}`;
  if (kind === 'norm') {
    return {
      title: `Gradient norm of ${words.join('-')}${suffix}`,
      axis: 'norm over all parameters',
      note: 'On the same clips in every epoch, weight of the term included.',
    };
  }
  return {
    title: `Gradient cosine of ${words.join(' and ')}${suffix}`,
    axis: 'cosine',
    note: '1: the same direction. 0 (dashed): independent. Below 0: a step that lowers one term raises the other.',
    levels: [0],
  };
}

function metricCurve(name: string, entries: readonly LogEntry[]): Curve {
  const value = ({ metrics }: LogEntry): number | undefined => metrics?.[name];
  const gradient = gradientCurve(name);
  if (gradient !== undefined) return { ...gradient, scale: 'plain', value };
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
  const scale = isFraction ? 'fraction' : 'plain';
  if (!Object.hasOwn(accuracies, name)) return { title: name, axis: name, scale, value };
  return {
    title: accuracies[name as keyof typeof accuracies],
    axis: 'accuracy (%)',
    scale,
    note: 'Measured during training. An epoch chosen by its accuracy on the test part is selected on test.',
    value,
  };
}
