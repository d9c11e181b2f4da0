import type { Evaluation } from '@halp/protocols';
import { evaluationTexts } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** Training of the whole encoder with a classifier, on all labels. */
export const fineTuneProtocol: Protocol<Evaluation> = {
  heading: 'fine-tuned',
  change: ['selectBy'],
  reportsEpochs: true,
  savesClassifier: false,
  settings: ({ view, trainView, fineTune }) => ({ view, trainView, ...fineTune }),
  fileWords: () => ['fine-tune'],
  run: async (_, context, rng) => {
    const { runFineTune } = await import('./run-fine-tune.ts');
    return runFineTune(context, rng.fork('fine-tune'));
  },
  ...evaluationTexts,
  seconds: ({ clips, fineTuning }) => fineTuning(clips.train),
};
