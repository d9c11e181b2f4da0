/** The position of training: the next step to train. */
export interface TrainingPosition {
  /** Epochs completed, which is also the index of the one that is trained next. */
  readonly epoch: number;
  /** Steps completed. */
  readonly step: number;
  /** Clips seen. */
  readonly samples: number;
  /** The completed part of the current epoch; absent at its start. */
  readonly within?: EpochPart | undefined;
}

/** The completed part of an epoch. */
export interface EpochPart {
  /** Steps done in it, at least 1. */
  readonly iteration: number;
  /** Clips seen in it. */
  readonly clips: number;
  /** Seconds of its steps. */
  readonly seconds: number;
  /** The losses of its steps by name: the sum and the number of steps in which the loss occurred. */
  readonly losses: Readonly<Record<string, LossSum>>;
}

/** The sum of a loss over the steps in which it occurred. */
export interface LossSum {
  /** The sum. */
  readonly sum: number;
  /** The number of steps in which it occurred. */
  readonly count: number;
}

/** The start of a run. */
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
