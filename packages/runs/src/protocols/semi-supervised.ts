import { evaluationTexts } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';
import type { RepeatedEvaluation } from './run-fine-tune.ts';

/** Training of the whole encoder with a classifier, on some of the labels. */
export const semiSupervisedProtocol: Protocol<RepeatedEvaluation> = {
  heading: 'few labels',
  change: ['selectBy'],
  reportsEpochs: true,
  savesClassifier: false,
  settings: ({ view, trainView, fineTune }, { labels = 0.1, balanced = false, repeats = 5 }) => ({
    view,
    trainView,
    ...fineTune,
    labels,
    balanced,
    repeats,
  }),
  fileWords: ({ labels = 0.1, balanced = false, repeats }, differs) => [
    `semi-supervised-${labels}${balanced ? '-balanced' : ''}`,
    ...(differs('repeats') ? [`${repeats}-repeats`] : []),
  ],
  run: async (request, context, rng) => {
    const { runSemiSupervised } = await import('./run-fine-tune.ts');
    return runSemiSupervised(request, context, rng.fork('semi-supervised'));
  },
  ...evaluationTexts,
  seconds: ({ clips, fineTuning }, { labels = 0.1, repeats = 5 }) =>
    repeats * fineTuning(labels * clips.train),
};
