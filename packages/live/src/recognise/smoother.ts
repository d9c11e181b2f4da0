import { largest } from '../lesson/lesson.ts';

/** Smooths the scores of successive windows, and keeps a label until another is clearly better. */
export interface Smoother {
  /**
   * The label after the next window, from 0; undefined for none of them.
   *
   * @param scores - The scores of the window.
   */
  next(scores: Float64Array): SmoothedLabel;
  /** Forgets the earlier windows. */
  clear(): void;
}

/** A label with the smoothed scores. */
export interface SmoothedLabel {
  /** The label, from 0; undefined for none of them. */
  readonly label: number | undefined;
  /** The smoothed score of each label. */
  readonly scores: Float64Array;
}

/** Options of {@link createSmoother}. */
export interface SmootherOptions {
  /** θ. */
  readonly threshold: number;
  /** a, the weight of the earlier windows, in [0, 1). */
  readonly smoothing: number;
  /** h, the difference that changes a label. */
  readonly margin: number;
}

/**
 * S_t = a S_(t-1) + (1 - a) s_t, with S of the first window its own scores.
 *
 * - Without a label, the label with the largest S is taken if S ≥ θ.
 * - The label is kept until another has S ≥ θ and is more than h larger, or its own S is below θ - h: then the label is
 *   unknown, or the largest if that has S ≥ θ.
 */
export function createSmoother({ threshold, smoothing, margin }: SmootherOptions): Smoother {
  let smoothed: Float64Array | undefined;
  let label: number | undefined;
  return {
    next(scores) {
      const before = smoothed;
      const now =
        before === undefined
          ? scores.slice()
          : scores.map((score, k) => smoothing * (before[k] as number) + (1 - smoothing) * score);
      smoothed = now;
      const best = largest(now);
      const score = now[best] as number;
      const isKnown = score >= threshold;
      const own = label === undefined ? -Infinity : (now[label] as number);
      const keeps = own >= threshold - margin && !(isKnown && score > own + margin);
      if (!keeps) label = isKnown ? best : undefined;
      return { label, scores: now };
    },
    clear() {
      [smoothed, label] = [undefined, undefined];
    },
  };
}
