import type { Evaluation } from '@halp/protocols';
import { evaluationTexts } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** A linear classifier on frozen features. */
export const linearProtocol: Protocol<Evaluation> = {
  heading: 'linear',
  change: ['crops', 'selectBy'],
  // Epochs take milliseconds: too many lines.
  reportsEpochs: false,
  savesClassifier: true,
  settings: ({ view, trainView, linear }) => {
    const { crops = 'fixed-centre' } = linear;
    const seen = crops === 'fixed-centre' ? {} : { trainView };
    return { view, ...seen, ...linear, crops };
  },
  fileWords: () => ['linear'],
  run: async (_, context, rng) => {
    const { runLinear } = await import('./run-linear.ts');
    return (await runLinear(context, rng.fork('linear-probe'))).evaluation;
  },
  ...evaluationTexts,
  seconds: ({ evaluation: { linear }, clips: { train, test }, feature }) => {
    const passes = linear.crops === 'random-each-epoch' ? linear.epochs : 1;
    return (passes * train + test) * feature;
  },
};
