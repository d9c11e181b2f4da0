import type { Evaluation } from '@halp/protocols';
import { evaluationTexts, withoutClassifier } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** Nearest neighbours. */
export const knnProtocol: Protocol<Evaluation> = {
  heading: 'kNN',
  ...withoutClassifier,
  settings: ({ view, knn }, { k }) => ({ view, k: k ?? knn.k }),
  fileWords: ({ k }, differs) => [differs('k') ? `knn-${k}` : 'knn'],
  run: async ({ k }, context) => {
    const { runKnn } = await import('./run-knn.ts');
    return (await runKnn(context, k)).evaluation;
  },
  ...evaluationTexts,
  seconds: ({ clips: { train, test }, feature }) => (train + test) * feature,
};
