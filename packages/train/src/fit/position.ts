/** How far training has come; the next step to train begins here. */
export interface TrainingPosition {
  /** Epochs completed, which is also the index of the one that is trained next. */
  readonly epoch: number;
  /** Steps completed. */
  readonly step: number;
  /** Clips seen. */
  readonly samples: number;
  /** What has been done of the epoch; absent at its beginning. */
  readonly within?: EpochPart;
}

/** The part of an epoch that is done. */
export interface EpochPart {
  /** Steps done in it, at least 1. */
  readonly iteration: number;
  /** Clips seen in it. */
  readonly clips: number;
  /** How long its steps took. */
  readonly seconds: number;
  /** The losses of its steps by name: their sum, and in how many steps each occurred. */
  readonly losses: Readonly<Record<string, LossSum>>;
}

/** The sum of a loss over the steps in which it occurred. */
export interface LossSum {
  /** Their sum. */
  readonly sum: number;
  /** In how many steps it occurred. */
  readonly count: number;
}

/** The very beginning. */
export const START: TrainingPosition = { epoch: 0, step: 0, samples: 0 };

/** Whether a value read from a file is a position. */
export function isPosition(value: unknown): value is TrainingPosition {
  const { epoch, step, samples, within } = fieldsOf(value);
  return [epoch, step, samples].every(isCount) && (within === undefined || isPart(within));
}

function isPart(value: unknown): boolean {
  const { iteration, clips, seconds, losses } = fieldsOf(value);
  return (
    [iteration, clips].every(isCount) &&
    iteration !== 0 &&
    Number.isFinite(seconds) &&
    Object.values(fieldsOf(losses)).every((loss) => {
      const { sum, count } = fieldsOf(loss);
      return Number.isFinite(sum) && isCount(count);
    })
  );
}

function fieldsOf(value: unknown): Partial<Record<string, unknown>> {
  return value ?? {};
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
