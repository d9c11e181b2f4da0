import type { GivenSettings } from '@halp/recipes';
import { evaluationTexts } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';
import type { LabelledSubsets, RepeatedEvaluation } from './run-fine-tune.ts';

/** Training of the whole encoder with a classifier, on some of the labels. */
export const semiSupervisedProtocol: Protocol<RepeatedEvaluation> = {
  heading: 'few labels',
  change: ['selectBy'],
  reportsEpochs: true,
  savesClassifier: false,
  settings: ({ view, trainView, fineTune }, request) => ({
    ...{ view, trainView },
    ...fineTune,
    ...subsetsOf(request),
  }),
  fileWords(request, differs) {
    const { labels, balanced, repeats } = subsetsOf(request);
    return [
      `semi-supervised-${labels}${balanced ? '-balanced' : ''}`,
      ...(differs('repeats') ? [`${repeats}-repeats`] : []),
    ];
  },
  run: async (request, context, rng) => {
    const { runSemiSupervised } = await import('./run-fine-tune.ts');
    return runSemiSupervised(subsetsOf(request), context, rng.fork('semi-supervised'));
  },
  ...evaluationTexts,
  seconds({ clips, fineTuning }, request) {
    const { labels, repeats } = subsetsOf(request);
    return repeats * fineTuning(labels * clips.train);
  },
};

/** The labelled subsets of a request; the only place of their defaults. */
function subsetsOf({
  labels = 0.1,
  balanced = false,
  repeats = 5,
}: GivenSettings): LabelledSubsets {
  return { labels, balanced, repeats };
}
