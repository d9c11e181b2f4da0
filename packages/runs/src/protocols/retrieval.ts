import type { RetrievalOptions, RetrievalResult } from '@halp/protocols';
import { percent } from '../text/format.ts';
import { withoutClassifier } from './evaluation-texts.ts';
import type { Protocol } from './protocol.ts';

/** The result of retrieval. */
export interface RetrievalEvaluation extends Omit<RetrievalResult, 'averagePrecisions'> {
  /** The protocol. */
  readonly protocol: 'retrieval';
}

/** Every setting of the protocol that can change its result. */
const ranking = { recallAt: [1, 5, 10], resamples: 1000 } satisfies RetrievalOptions;

/** Training clips ranked for each test clip. */
export const retrievalProtocol: Protocol<RetrievalEvaluation> = {
  ...withoutClassifier,
  settings: ({ view }) => ({ view, ...ranking }),
  settingsOfOlder: ({ recall, interval }) => ({
    recallAt: recall?.map(({ k }) => k),
    resamples: interval?.resamples,
  }),
  fileWords: () => ['retrieval'],
  run: async (_, { features }, rng) => {
    const { retrieval } = await import('@halp/protocols');
    const [train, test] = [await features('train'), await features('test')];
    const found = await retrieval(train.fused, test.fused, ranking, rng.fork('retrieval'));
    const { averagePrecisions: _all, ...result } = found;
    return { protocol: 'retrieval', ...result };
  },
  figure: ({ meanAveragePrecision: value, interval }) => ({ value, what: 'mAP', interval }),
  text: () => 'retrieval, mAP',
  detail: ({ recall }) => recall.map(({ k, value }) => `recall@${k} ${percent(value)}`).join(', '),
  seconds: ({ clips: { train, test }, feature }) => (train + test) * feature,
};
