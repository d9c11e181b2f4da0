import { expectObject, expectOneOf } from '@halp/random/check';
import { protocolText } from '@halp/report';
import { coordinatesText } from '../evaluate/coordinates.ts';
import { describeEvaluation } from '../evaluate/describe-evaluation.ts';
import type { ClassifierEpochEvent } from '../evaluate/events.ts';
import type { FusedEvaluation } from '../evaluate/fused-evaluation.ts';
import type { SweepEvent } from '../sweep/run-sweep.ts';
import { percent } from '../text/format.ts';
import { oneField } from '../text/visible.ts';
import type { EpochEvent } from '../train/events.ts';
import type { Classified } from '../use/classify.ts';
import type { RunEvent } from './events.ts';
import { trainingText } from './training-text.ts';

/**
 * An event as text for a log: one line, or for a fusion one line for each run and one for all.
 *
 * @example
 * ```ts
 * await pretrain({ recipe, data, out, onEvent: (event) => console.log(eventText(event)) });
 * ```
 */
export function eventText(event: RunEvent): string {
  expectObject('eventText', event, 'an event');
  expectOneOf('eventText', 'an event of a kind', event.kind, kinds);
  // Names of clips, classes and recipes come from any source.
  return linesOf(event).map(oneField).join('\n');
}

const kinds: readonly RunEvent['kind'][] = [
  ...(['note', 'warning', 'step', 'epoch', 'classifier-epoch'] as const),
  ...(['evaluation', 'coordinates', 'fusion', 'classified', 'sweep'] as const),
];

function linesOf(event: RunEvent): readonly string[] {
  switch (event.kind) {
    case 'note':
      return [event.text];
    case 'warning':
      return [`warning: ${event.text}`];
    case 'step':
      return [trainingText(event)];
    case 'epoch':
      return [epochText(event)];
    case 'classifier-epoch':
      return [classifierText(event)];
    case 'evaluation':
      return [describeEvaluation(event.evaluation)];
    case 'coordinates':
      return [coordinatesText(event.result)];
    case 'fusion':
      return fusionLines(event.evaluation);
    case 'classified':
      return [classifiedText(event.result)];
    case 'sweep':
      return [sweepText(event)];
  }
}

function epochText({ recipe, report }: EpochEvent): string {
  const { epoch, losses, learningRate, clipsPerSecond, metrics } = report;
  const { knn, ...representation } = metrics;
  const facts = { epoch, losses, learningRate, clipsPerSecond, knn, representation };
  return `${recipe}: ${trainingText(facts)}`;
}

function classifierText({ protocol, report }: ClassifierEpochEvent): string {
  const test = report.test === undefined ? '' : `, test ${percent(report.test)}`;
  return `${protocol}, epoch ${report.epoch + 1}: loss ${report.loss.toFixed(3)}${test}`;
}

function fusionLines(fused: FusedEvaluation): readonly string[] {
  const parts = fused.parts.map(({ recipe, seed, epoch, weight, accuracy }) => {
    const alone = accuracy === undefined ? '' : `: ${percent(accuracy)} alone`;
    return `weight ${weight}  ${recipe}, seed ${seed}, after ${epoch} epochs${alone}`;
  });
  const { accuracy, interval, counts, settings } = fused;
  const range = interval
    ? `, 95 % interval ${percent(interval.low)} to ${percent(interval.high)}`
    : '';
  const together =
    `together on ${fused.data}: ${fused.protocol} top-1 ${percent(accuracy)}${range} ` +
    `(${counts.correct} of ${counts.test}; ${protocolText(fused)}; ${String(settings['fusion'])})`;
  return [...parts, together];
}

function sweepText({ runs, ended, failed, running }: SweepEvent): string {
  const failures = failed === 0 ? '' : `, ${failed} failed`;
  const alive = running.length === 0 ? '' : `, running ${running.join(', ')}`;
  return `${ended} of ${runs} runs ended${failures}${alive}`;
}

function classifiedText({ clip, top }: Classified): string {
  return `${clip}: ${top.map(({ name, probability }) => `${name} ${percent(probability)}`).join(', ')}`;
}
