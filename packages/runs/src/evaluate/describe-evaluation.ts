import { figureOf, protocolOf } from '../protocols/protocols.ts';
import { percent } from '../text/format.ts';
import type { RunEvaluation } from './run-evaluation.ts';

/** An evaluation in one line. */
export function describeEvaluation(evaluation: RunEvaluation): string {
  const { recipe, seed, epoch, data, protocol } = evaluation;
  const { value, what, interval } = figureOf(evaluation);
  const range =
    interval === undefined
      ? ''
      : `, 95 % interval ${percent(interval.low)} to ${percent(interval.high)}`;
  const named = 'name' in evaluation ? evaluation.name : protocol;
  return (
    `${recipe}, seed ${seed}, after ${epoch} epochs, on ${data}: ${named} ${what} ${percent(value)}` +
    `${range} (${protocolOf(protocol).detail(evaluation)})`
  );
}
