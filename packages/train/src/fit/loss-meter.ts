import * as tf from '@tensorflow/tfjs-core';
import type { LossSum } from './position.ts';

/** A loss became NaN or infinite; training must not go on from here. */
export class NonFiniteLossError extends Error {
  /** The step, counted from 0 over the whole run. */
  readonly step: number;
  /** The losses of that step. */
  readonly losses: Readonly<Record<string, number>>;
  /** The names of the clips in that step's batch; empty where the batch did not name them. */
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

/** What a step gave, on the backend. */
export interface StepLosses {
  /** The step, counted from 0 over the whole run. */
  readonly step: number;
  /** Its losses by name; disposed when they have been read. */
  readonly losses: Readonly<Record<string, tf.Scalar>>;
  /** The names of the clips in its batch. */
  readonly clips: readonly string[];
}

/** Collects the losses of steps on the backend and reads them together. */
export interface LossMeter {
  /** Takes the losses of a step. */
  add(losses: StepLosses): void;
  /**
   * Reads what has been collected since the last time.
   *
   * @throws NonFiniteLossError at the first step with a NaN or infinite loss.
   */
  read(): Promise<void>;
  /** The mean of each loss over the steps in which it occurred, of all that has been read. */
  means(): Record<string, number>;
  /** The sums behind the means, to go on from later. */
  sums(): Record<string, LossSum>;
  /** Disposes what has been collected and not read. */
  dispose(): void;
}

/** A meter that has seen nothing, or what another one had seen. */
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
