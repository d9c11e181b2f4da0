/** How far training has come; the next epoch to train begins here. */
export interface TrainingPosition {
  /** Epochs completed, which is also the index of the next one. */
  readonly epoch: number;
  /** Steps completed. */
  readonly step: number;
  /** Clips seen. */
  readonly samples: number;
}

/** The very beginning. */
export const START: TrainingPosition = { epoch: 0, step: 0, samples: 0 };

/** Whether a value read from a file is a position. */
export function isPosition(value: unknown): value is TrainingPosition {
  const { epoch, step, samples } = (value ?? {}) as Partial<Record<string, unknown>>;
  return [epoch, step, samples].every((count) => Number.isSafeInteger(count) && Number(count) >= 0);
}
