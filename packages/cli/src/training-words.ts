import { percent } from './output.ts';

/** What is known of a training while it runs. */
export interface TrainingFacts {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Mean losses of the epoch so far, and `kept`, the share of positives that passed the filter. */
  readonly losses: Readonly<Record<string, number>>;
  /** The learning rate of the epoch. */
  readonly learningRate: number;
  /** Clips a second. */
  readonly clipsPerSecond: number;
  /** The last kNN accuracy of this process, a fraction; undefined before the first. */
  readonly knn?: number | undefined;
}

/**
 * A training in one line, its losses apart:
 * `epoch 151  infonce 5.027  halp -11.359  kept 81.6 %  lr 0.01  72 clips/s  knn 73.3 %`.
 */
export function trainingWords(facts: TrainingFacts): string {
  const { epoch, losses, learningRate, clipsPerSecond, knn } = facts;
  const { kept } = losses;
  const terms = Object.entries(losses).filter(([name]) => name !== 'total' && name !== 'kept');
  return [
    `epoch ${epoch + 1}`,
    ...terms.map(([name, value]) => `${name} ${value.toFixed(3)}`),
    ...(kept === undefined ? [] : [`kept ${percent(kept)}`]),
    `lr ${Number(learningRate.toPrecision(3))}`,
    `${Math.round(clipsPerSecond)} clips/s`,
    ...(knn === undefined ? [] : [`knn ${percent(knn)}`]),
  ].join('  ');
}
