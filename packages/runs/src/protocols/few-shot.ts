import type { FewShotOptions, FewShotResult } from '@halp/protocols';
import type { GivenSettings } from '@halp/recipes';
import { withoutClassifier } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** The result of few-shot episodes. */
export interface FewShotEvaluation extends Omit<FewShotResult, 'accuracies'> {
  /** The protocol. */
  readonly protocol: 'few-shot';
}

/** Every setting of the episodes: 15 queries and 600 episodes as in Snell et al. 2017, section 3. */
function episodesOf({ ways = 5, shots = 1 }: GivenSettings): Required<FewShotOptions> {
  return { ways, shots, queries: 15, episodes: 600 };
}

/** Episodes of a few classes with a few labelled clips of the test part. */
export const fewShotProtocol: Protocol<FewShotEvaluation> = {
  ...withoutClassifier,
  settings: ({ view }, request) => ({ view, ...episodesOf(request) }),
  settingsOfOlder: ({ settings: { ways, shots, queries, episodes } = {} }) => ({
    ...{ ways, shots, queries, episodes },
  }),
  fileWords: ({ ways, shots }, differs) => [
    'few-shot',
    ...(differs('ways') ? [`${ways}-ways`] : []),
    ...(differs('shots') ? [`${shots}-shots`] : []),
  ],
  run: async (request, { features }, rng) => {
    const { fewShot } = await import('@halp/protocols');
    const { fused } = await features('test');
    const { accuracies: _all, ...result } = fewShot(
      fused,
      episodesOf(request),
      rng.fork('few-shot'),
    );
    return { protocol: 'few-shot', ...result };
  },
  figure: ({ accuracy, interval }) => ({ value: accuracy, what: 'top-1', interval }),
  text: ({ settings: { ways, shots } }) => `few-shot, ${ways} classes of ${shots} clips`,
  detail: ({ settings: { ways, shots, episodes } }) =>
    `${ways} classes of ${shots} clips, ${episodes} episodes`,
  seconds: ({ clips: { test }, feature }) => test * feature,
};
