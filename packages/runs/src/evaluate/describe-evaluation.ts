import type { Interval } from '@halp/protocols';
import { protocolText } from '@halp/report';
import { percent } from '../text/format.ts';
import type { ProtocolResult } from './protocol.ts';
import type { RunEvaluation } from './run-evaluation.ts';

/** The main number of an evaluation, a fraction, and the name of its metric. */
export function figureOf(evaluation: ProtocolResult): {
  readonly value: number;
  readonly what: string;
  readonly interval?: Interval | undefined;
} {
  switch (evaluation.protocol) {
    case 'retrieval':
      return {
        ...{ value: evaluation.meanAveragePrecision, what: 'mAP' },
        interval: evaluation.interval,
      };
    case 'clustering':
      return { value: evaluation.nmi, what: 'NMI' };
    case 'few-shot':
    case 'knn':
    case 'linear':
    case 'fine-tune':
    case 'semi-supervised': {
      const { accuracy: value, interval } = evaluation;
      return { value, what: 'top-1', interval };
    }
  }
}

/** An evaluation in one line. */
export function describeEvaluation(evaluation: RunEvaluation): string {
  const { recipe, seed, epoch, data, protocol } = evaluation;
  const { value, what, interval } = figureOf(evaluation);
  const range =
    interval === undefined
      ? ''
      : `, 95 % interval ${percent(interval.low)} to ${percent(interval.high)}`;
  return (
    `${recipe}, seed ${seed}, after ${epoch} epochs, on ${data}: ${protocol} ${what} ${percent(value)}` +
    `${range} (${meaningOf(evaluation)})`
  );
}

/** The settings that change what the number means, and the counts behind it. */
function meaningOf(evaluation: RunEvaluation): string {
  switch (evaluation.protocol) {
    case 'few-shot': {
      const { ways, shots, episodes } = evaluation.settings;
      return `${ways} classes of ${shots} clips, ${episodes} episodes`;
    }
    case 'retrieval':
      return evaluation.recall.map(({ k, value }) => `recall@${k} ${percent(value)}`).join(', ');
    case 'clustering':
      return `ARI ${evaluation.ari.toFixed(3)}, ${evaluation.settings.clusters} clusters`;
    case 'knn':
    case 'linear':
    case 'fine-tune':
    case 'semi-supervised': {
      const { counts } = evaluation;
      return `${counts.correct} of ${counts.test}; ${protocolText(evaluation)}`;
    }
  }
}
