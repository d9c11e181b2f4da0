import type { EpochReport } from '@halp/train';

/** The report of an epoch of three steps with four clips each. */
export function report(epoch: number): EpochReport {
  return {
    epoch,
    step: 3 * (epoch + 1),
    samples: 12 * (epoch + 1),
    losses: { total: 1 / (epoch + 1), error: 0.1 },
    learningRate: 0.01,
    seconds: 0.5,
    clipsPerSecond: 24,
    metrics: {},
  };
}
