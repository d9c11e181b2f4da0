import * as tf from '@tensorflow/tfjs-core';
import type { LossSum } from './position.ts';

/** A loss became NaN or infinite; training cannot continue from this step. */
export class NonFiniteLossError extends Error {
  /** The step, counted from 0 over the whole run. */
  readonly step: number;
  /** The losses of that step. */
  readonly losses: Readonly<Record<string, number>>;
  /** The names of the clips in that step's batch; empty if the batch has no names. */
  readonly clips: readonly string[];

  /**
   * @param step - The step, counted from 0 over the whole run.
   * @param losses - The losses of that step.
   * @param clips - The names of the clips in that step's batch.
   */
  constructor(
    step: number,
    losses: Readonly<Record<string, number>>,
    clips: readonly string[] = [],
  ) {
    const text = Object.entries(losses).map(([name, value]) => `${name} ${value}`);
    super(`fit: expected finite losses, got ${text.join(', ')} at step ${step}`);
    this.name = 'NonFiniteLossError';
    this.step = step;
    this.losses = losses;
    this.clips = clips;
  }
}

/** The losses of a step, on the backend. */
export interface StepLosses {
  /** The step, counted from 0 over the whole run. */
  readonly step: number;
  /** Its losses by name; disposed after they are read. */
  readonly losses: Readonly<Record<string, tf.Scalar>>;
  /** The names of the clips in its batch. */
  readonly clips: readonly string[];
}

/** Collects the losses of steps on the backend and reads them together. */
export interface LossMeter {
  /** Adds the losses of a step. */
  add(losses: StepLosses): void;
  /**
   * Reads the losses collected since the last read.
   *
   * @throws NonFiniteLossError at the first step with a NaN or infinite loss.
   */
  read(): Promise<void>;
  /** The mean of each loss over the steps in which it occurred, of all losses read so far. */
  means(): Record<string, number>;
  /** The sums of the means, for a checkpoint. */
  sums(): Record<string, LossSum>;
  /** Disposes the losses that were collected but not read. */
  dispose(): void;
}

/** An empty meter, or one that continues from earlier sums. */
export function createLossMeter(before: Readonly<Record<string, LossSum>> = {}): LossMeter {
  let waiting: StepLosses[] = [];
  const sums = new Map<string, LossSum>(Object.entries(before));
  const add = (name: string, value: number): void => {
    const { sum, count } = sums.get(name) ?? { sum: 0, count: 0 };
    sums.set(name, { sum: sum + value, count: count + 1 });
  };
  return {
    add(losses) {
      waiting.push(losses);
    },
    async read() {
      const steps = waiting;
      waiting = [];
      try {
        for (const { step, losses, clips } of steps) {
          const values = await readScalars(losses);
          const finite = Object.values(values).every(Number.isFinite);
          if (!finite) throw new NonFiniteLossError(step, values, clips);
          for (const [name, value] of Object.entries(values)) add(name, value);
        }
      } finally {
        for (const { losses } of steps) tf.dispose(losses);
      }
    },
    means: () => Object.fromEntries([...sums].map(([name, { sum, count }]) => [name, sum / count])),
    sums: () => Object.fromEntries(sums),
    dispose() {
      for (const { losses } of waiting) tf.dispose(losses);
      waiting = [];
    },
  };
}

async function readScalars(
  losses: Readonly<Record<string, tf.Scalar>>,
): Promise<Record<string, number>> {
  const entries = Object.entries(losses);
  const values = await Promise.all(entries.map(([, loss]) => loss.data()));
  return Object.fromEntries(entries.map(([name], i) => [name, values[i]?.[0] as number]));
}
