import { countsText, withoutClassifier } from './evaluation-texts.ts';
import type { OwnEvaluation } from './own-protocol.ts';
import type { FoundModule, Protocol } from './protocol.ts';

/** A user's protocol. */
export const ownProtocol: Protocol<OwnEvaluation> = {
  ...withoutClassifier,
  // The protocol gets all of them. The path does not change the result.
  settings: (evaluation, { module: { name, sha256, options } = {} as FoundModule }) => ({
    evaluation,
    module: { name, sha256, options },
  }),
  fileWords: ({ module }) => [`own-${module?.name}`],
  load: async (caller, request) => {
    const { loadOwn } = await import('./run-own.ts');
    await loadOwn(caller, request.module as FoundModule);
  },
  run: async (request, context, rng) => {
    const { runOwn } = await import('./run-own.ts');
    return runOwn(request.module as FoundModule, context, rng.fork('own-protocol'));
  },
  figure: (result) =>
    'metric' in result
      ? { value: result.value, what: result.metric, interval: result.interval }
      : { value: result.accuracy, what: 'top-1', interval: result.interval },
  text: (result) => textOf(result, 'metric' in result ? [result.metric] : []),
  detail: (result) => {
    const counts = 'metric' in result ? [] : [countsText(result)];
    const further = Object.entries(result.metrics ?? {});
    const numbers = further.map(([name, value]) => `${name} ${numberText(value)}`);
    return [...counts, textOf(result, []), ...numbers].join('; ');
  },
  seconds: ({ clips: { train, test }, feature }) => (train + test) * feature,
};

/** `calibration, bins 15, ECE`. */
function textOf({ name, settings }: OwnEvaluation, words: readonly string[]): string {
  const options = Object.entries(settings).map(([key, value]) => `${key} ${String(value)}`);
  return [name, ...options, ...words].join(', ');
}

function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
