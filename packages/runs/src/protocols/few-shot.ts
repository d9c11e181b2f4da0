import type { FewShotResult } from '@halp/protocols';
import { withoutClassifier } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** The result of few-shot episodes. */
export interface FewShotEvaluation extends Omit<FewShotResult, 'accuracies'> {
  /** The protocol. */
  readonly protocol: 'few-shot';
}

/** Episodes of a few classes with a few labelled clips of the test part. */
export const fewShotProtocol: Protocol<FewShotEvaluation> = {
  ...withoutClassifier,
  settings: ({ view }) => ({ view }),
  fileWords: () => ['few-shot'],
  run: async (_, { features }, rng) => {
    const { fewShot } = await import('@halp/protocols');
    const { fused } = await features('test');
    const { accuracies: _all, ...result } = fewShot(fused, {}, rng.fork('few-shot'));
    return { protocol: 'few-shot', ...result };
  },
  figure: ({ accuracy, interval }) => ({ value: accuracy, what: 'top-1', interval }),
  text: ({ settings: { ways, shots } }) => `few-shot, ${ways} classes of ${shots} clips`,
  detail: ({ settings: { ways, shots, episodes } }) =>
    `${ways} classes of ${shots} clips, ${episodes} episodes`,
  seconds: ({ clips: { test }, feature }) => test * feature,
};
