import { percent } from '../text/format.ts';
import type { StepEvent } from '../train/events.ts';

/** The current facts of a training. */
type TrainingFacts = Pick<
  StepEvent,
  'epoch' | 'losses' | 'learningRate' | 'clipsPerSecond' | 'knn' | 'representation'
>;

/**
 * The state of a training in one line, with each term of the loss:
 * `epoch 151  infonce 5.027  halp -11.359  kept 81.6 %  angle 21.4°  hardness 60.1 %  lr 0.01  72 clips/s  knn 73.3 %`,
 * followed by metrics of the embeddings: `infonce at chance 6.240  rank 9.8  uniformity -0.43`.
 */
export function trainingText(facts: TrainingFacts): string {
  const { epoch, losses, learningRate, clipsPerSecond, knn, representation = {} } = facts;
  return [
    `epoch ${epoch + 1}`,
    ...lossWords(losses),
    `lr ${Number(learningRate.toPrecision(3))}`,
    `${Math.round(clipsPerSecond)} clips/s`,
    ...(knn === undefined ? [] : [`knn ${percent(knn)}`]),
    ...representationWords(representation),
  ].join('  ');
}

/** InfoNCE at chance, effective rank and uniformity of the embeddings; several streams are separated by slashes. */
function representationWords(metrics: Readonly<Record<string, number>>): string[] {
  const valuesOf = (start: string): number[] =>
    Object.entries(metrics).flatMap(([name, value]) =>
      name === start || name.startsWith(`${start}_`) ? [value] : [],
    );
  const words = [
    { start: 'infonce-chance', word: 'infonce at chance', digits: 3 },
    { start: 'rankme-embeddings', word: 'rank', digits: 1 },
    { start: 'uniformity', word: 'uniformity', digits: 2 },
  ];
  return words.flatMap(({ start, word, digits }) => {
    const values = valuesOf(start).map((value) => value.toFixed(digits));
    return values.length === 0 ? [] : [`${word} ${values.join('/')}`];
  });
}

/** The terms of a loss, then diagnostics that are not part of the sum: kept positives, their angle and hardness. */
export function lossWords(losses: Readonly<Record<string, number>>): string[] {
  const named = Object.entries(losses).filter(([name]) => name !== 'total');
  const diagnostics = named.filter(([name]) => isDiagnostic(name));
  const parts = named.filter(([name]) => !isDiagnostic(name));
  // A loss with a single term is only stored as the total.
  const shown = parts.length === 0 ? Object.entries(losses) : parts;
  return [
    ...shown.map(([name, value]) => `${name} ${value.toFixed(3)}`),
    ...diagnostics.map(([name, value]) => `${name} ${diagnosticText(name, value)}`),
  ];
}

function isDiagnostic(name: string): boolean {
  return /^(kept|angle|hardness)(_|$)/.test(name);
}

function diagnosticText(name: string, value: number): string {
  return name.startsWith('angle') ? `${((180 / Math.PI) * value).toFixed(1)}°` : percent(value);
}
