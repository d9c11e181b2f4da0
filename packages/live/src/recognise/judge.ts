import type { RawClip } from '@halp/data';
import type { Lesson } from '../lesson/lesson.ts';
import { type CheckedOptions, isClassifier } from './options.ts';
import { createSmoother, type Smoother } from './smoother.ts';

/** Turns a clip into scores, and scores into a label. */
export interface Judge {
  /** The labels. */
  readonly labels: readonly string[];
  /** The scores of a clip. */
  scores(clip: RawClip): Promise<Float64Array>;
  /** The probability of each label. */
  probabilities(scores: Float64Array): Float64Array;
  /** The score at which a label is reported. */
  readonly threshold: number;
  /** The smoother of its scores. */
  readonly smoother: Smoother;
}

/** Scores of this many standard deviations are a factor e of the probability. */
const TEMPERATURE = 0.5;

/** The judge of the examples, or of the model's own classifier; undefined with fewer than two examples and no classifier. */
export function judgeOf(lesson: Lesson, options: CheckedOptions): Judge | undefined {
  const { model, smoothing, hysteresis } = options;
  const found = lesson.classifier();
  if (found !== undefined) {
    const { labels, threshold, spread } = found;
    return {
      ...{ labels, threshold },
      scores: async (clip) => found.scores((await model.embed([clip])).data),
      probabilities: (scores) => softmax(scores, TEMPERATURE * spread),
      smoother: createSmoother({ threshold, smoothing, margin: hysteresis * spread }),
    };
  }
  if (lesson.examples.length > 0 || !isClassifier(model)) return undefined;
  const { threshold = 0.5 } = options;
  return {
    ...{ labels: model.classes, threshold },
    async scores(clip) {
      const found = await model.classify(clip);
      const of = new Map(found.map(({ name, probability }) => [name, probability]));
      return Float64Array.from(model.classes, (name) => of.get(name) ?? 0);
    },
    probabilities: (scores) => scores,
    smoother: createSmoother({ threshold, smoothing, margin: hysteresis }),
  };
}

/** exp(s_k / τ) / Σ_j exp(s_j / τ). */
function softmax(scores: Float64Array, temperature: number): Float64Array {
  const most = scores.reduce((a, b) => Math.max(a, b));
  const powers = scores.map((score) => Math.exp((score - most) / temperature));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
