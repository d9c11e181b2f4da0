import { expectInteger, expectOptions, gotText, type OptionNames } from '@halp/random/check';

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
      /** Epochs, from 0, at which the rate is multiplied by `factor`; ascending. */
      readonly milestones: readonly number[];
      /** The factor of each milestone, in (0, 1], such as 0.1. */
      readonly factor: number;
    }
  | {
      /** A rate that falls along half a cosine, after an optional linear warm-up. */
      readonly kind: 'cosine';
      /** The highest learning rate. */
      readonly rate: number;
      /** Epochs after which the rate has reached `final`; it stays there. */
      readonly epochs: number;
      /** The lowest rate, at least 0. Default: 0. */
      readonly final?: number;
      /** Epochs of the warm-up: epoch e has the rate `rate` · (e + 1) / (warmUp + 1). Default: 0. */
      readonly warmUp?: number;
    };

const scheduleNames: OptionNames<Schedule> = {
  kind: true,
  rate: true,
  milestones: true,
  factor: true,
  epochs: true,
  final: true,
  warmUp: true,
};

/**
 * The learning rate of an epoch: `rate`; or rate · factor^(number of milestones ≤ epoch), as PyTorch's `MultiStepLR`; or
 * final + (rate − final) · (1 + cos(π · e / E)) / 2 for the e-th of the E epochs after the warm-up, as
 * PyTorch's `CosineAnnealingLR` (Loshchilov and Hutter, SGDR, ICLR 2017, equation 5).
 *
 * @param epoch - from 0.
 * @throws RangeError if the epoch is not a non-negative integer, a rate is not positive and finite, the factor is not
 * in (0, 1], the milestones do not ascend, or a cosine schedule has no more epochs than its warm-up.
 */
export function learningRateAt(schedule: Schedule, epoch: number): number {
  expectOptions('learningRateAt', schedule, scheduleNames, 'a schedule');
  expectInteger('learningRateAt', 'epoch', epoch, 0);
  const { rate } = schedule;
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new RangeError(`learningRateAt: expected a positive rate, got ${gotText(rate)}`);
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
    case 'cosine':
      return cosineRate(schedule, epoch);
    default:
      throw new RangeError(
        `learningRateAt: expected a schedule of kind 'constant', 'step' or 'cosine', got ${gotText((schedule as Schedule).kind)}`,
      );
  }
}

function cosineRate(
  { rate, epochs, final = 0, warmUp = 0 }: Extract<Schedule, { kind: 'cosine' }>,
  epoch: number,
): number {
  expectInteger('learningRateAt', 'warmUp', warmUp, 0);
  expectInteger('learningRateAt', 'epochs', epochs, 1);
  if (epochs <= warmUp) {
    throw new RangeError(
      `learningRateAt: expected more epochs than the warm-up, got ${epochs} and a warm-up of ${warmUp}`,
    );
  }
  if (!(final >= 0 && final <= rate)) {
    throw new RangeError(`learningRateAt: expected a final rate in [0, ${rate}], got ${final}`);
  }
  if (epoch < warmUp) return (rate * (epoch + 1)) / (warmUp + 1);
  const progress = Math.min(1, (epoch - warmUp) / (epochs - warmUp));
  return final + ((rate - final) * (1 + Math.cos(Math.PI * progress))) / 2;
}
