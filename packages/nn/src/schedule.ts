/** A learning rate as a function of the epoch, as plain data. */
export type Schedule =
  | {
      /** The same rate in every epoch. */
      readonly kind: 'constant';
      /** The learning rate. */
      readonly rate: number;
    }
  | {
      /** A rate that is multiplied by `factor` at the start of every milestone epoch. */
      readonly kind: 'step';
      /** The learning rate of epoch 0. */
      readonly rate: number;
      /** Epochs (from 0) from which on one more factor applies; ascending. */
      readonly milestones: readonly number[];
      /** What the rate is multiplied by, such as 0.1. */
      readonly factor: number;
    };

/**
 * The learning rate of an epoch: `rate`, or rate · factor^(number of milestones ≤ epoch), as PyTorch's `MultiStepLR`.
 *
 * @param epoch - from 0.
 * @throws RangeError if the epoch is not a non-negative integer, a rate is not positive and finite, the factor is not
 * in (0, 1], or the milestones do not ascend.
 */
export function learningRateAt(schedule: Schedule, epoch: number): number {
  if (!(Number.isSafeInteger(epoch) && epoch >= 0)) {
    throw new RangeError(`learningRateAt: expected an epoch of at least 0, got ${epoch}`);
  }
  const { rate } = schedule;
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new RangeError(`learningRateAt: expected a positive rate, got ${rate}`);
  }
  switch (schedule.kind) {
    case 'constant':
      return rate;
    case 'step': {
      const { milestones, factor } = schedule;
      if (!(factor > 0 && factor <= 1)) {
        throw new RangeError(`learningRateAt: expected a factor in (0, 1], got ${factor}`);
      }
      if (milestones.some((milestone, i) => !(milestone > (milestones[i - 1] ?? -Infinity)))) {
        throw new RangeError(
          `learningRateAt: expected ascending milestones, got ${milestones.join(', ')}`,
        );
      }
      return rate * factor ** milestones.filter((milestone) => milestone <= epoch).length;
    }
  }
}
