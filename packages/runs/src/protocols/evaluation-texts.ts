import type { Evaluation } from '@halp/protocols';
import { protocolText } from '@halp/report';
import type { Figure, Protocol } from './protocol.ts';

/** The number and the texts of protocols that predict classes. */
export const evaluationTexts: Pick<Protocol<Evaluation>, 'figure' | 'text' | 'detail'> = {
  figure: ({ accuracy, interval }): Figure => ({ value: accuracy, what: 'top-1', interval }),
  text: protocolText,
  detail: (result) => `${countsText(result)}; ${protocolText(result)}`,
};

/** `45 of 64`. */
export function countsText({ counts }: Pick<Evaluation, 'counts'>): string {
  return `${counts.correct} of ${counts.test}`;
}

/** The fields of protocols that neither train a classifier nor have settings of a request. */
export const withoutClassifier: Pick<
  Protocol<unknown>,
  'change' | 'reportsEpochs' | 'savesClassifier'
> = { change: [], reportsEpochs: false, savesClassifier: false };
