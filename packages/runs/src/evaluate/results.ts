import type { Evaluation, Interval, ProtocolName } from '@halp/protocols';
import { protocolText } from '@halp/report';
import type { RunFolder } from '@halp/train/node';
import { dataDifference, trainingData } from '../run/data-checksums.ts';
import { figureOf } from './describe-evaluation.ts';
import { identityOf } from './evaluation-identity.ts';
import type { ProtocolRequest, ProtocolResult } from './protocol.ts';

/** A saved result of a run, and everything that a reader must know to compare it. */
export interface RunResult {
  /** The name of its file in `evaluations/`, without the ending. */
  readonly name: string;
  /** The protocol. */
  readonly protocol: ProtocolRequest['protocol'] | ProtocolName;
  /** What was measured, on what: `kNN, k = 1`, `retrieval, mAP`, `linear, …, on pkummd2 xsub`. */
  readonly text: string;
  /** A fraction. */
  readonly value: number;
  /** Its 95 % interval over the test clips, where the protocol has one. */
  readonly interval?: Interval | undefined;
  /** The epochs of training after which. */
  readonly epoch: number;
  /** The data set and split, where they are not those that the run was trained on. */
  readonly on?: string | undefined;
  /** The whole evaluation, of a protocol that recognises classes. */
  readonly evaluation?: Evaluation | undefined;
}

/**
 * Every result that is saved in a run, in the order of their names; no two have text and epoch in common.
 *
 * @throws FormatError if one is no JSON.
 */
export async function resultsOf(run: RunFolder): Promise<readonly RunResult[]> {
  const saved = Object.entries(await run.evaluations());
  // Of two that differ in what words do not say, the shorter name is that of the recipe's own settings.
  const named = saved.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  const results: RunResult[] = [];
  for (const [name, value] of named) {
    if (!isResult(value)) continue;
    const result = resultOf(run, name, value);
    const isTaken = results.some(
      ({ text, epoch }) => text === result.text && epoch === result.epoch,
    );
    results.push(isTaken ? { ...result, text: `${result.text} (${name})` } : result);
  }
  return results.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The results of most epochs, one of each text. */
export function lastResults(results: readonly RunResult[]): readonly RunResult[] {
  return results.filter(
    ({ text, epoch }) => !results.some((other) => other.text === text && other.epoch > epoch),
  );
}

/** The results in the order of protocols: neighbours, classifiers, then what is no accuracy. */
export function byProtocol(results: readonly RunResult[]): readonly RunResult[] {
  const order = Object.keys(protocols);
  return [...results].sort((a, b) => order.indexOf(a.protocol) - order.indexOf(b.protocol));
}

type SavedResult = ProtocolResult & { readonly epoch: number; readonly data?: string };

function resultOf(run: RunFolder, name: string, saved: SavedResult): RunResult {
  const { value, interval } = figureOf(saved);
  const on = otherData(run, name, saved);
  const precision = identityOf(saved)?.precision;
  const words = [
    protocolWords(saved),
    ...(precision === undefined ? [] : [precision]),
    ...(on === undefined ? [] : [`on ${on}`]),
  ].join(', ');
  return {
    ...{ name, protocol: saved.protocol, text: words, value, epoch: saved.epoch },
    interval,
    on,
    evaluation: isEvaluation(saved) ? saved : undefined,
  };
}

/** On which other data than the run's a result was made. */
function otherData(
  { manifest }: RunFolder,
  name: string,
  { data, ...saved }: SavedResult,
): string | undefined {
  const identity = identityOf(saved);
  if (identity === undefined) {
    // The names of older files say so.
    const [, on] = /-on-(.+)$/.exec(name) ?? [];
    return on === undefined ? undefined : (data ?? on);
  }
  const own = trainingData(manifest);
  if (dataDifference(own, identity.data) === undefined) return undefined;
  const words = `${identity.data.name} ${identity.data.benchmark}`;
  return words === `${own.name} ${own.benchmark}` ? `${words} with other checksums` : words;
}

function protocolWords(saved: ProtocolResult): string {
  switch (saved.protocol) {
    case 'retrieval':
      return 'retrieval, mAP';
    case 'clustering':
      return 'clustering, NMI';
    case 'few-shot': {
      const { ways, shots } = saved.settings;
      return `few-shot, ${ways} classes of ${shots} clips`;
    }
    case 'knn':
    case 'linear':
    case 'fine-tune':
    case 'semi-supervised':
      return protocolText(saved);
  }
}

const protocols: Readonly<
  Record<RunResult['protocol'], 'accuracy' | 'meanAveragePrecision' | 'nmi'>
> = {
  knn: 'accuracy',
  linear: 'accuracy',
  'fine-tune': 'accuracy',
  'semi-supervised': 'accuracy',
  'few-shot': 'accuracy',
  retrieval: 'meanAveragePrecision',
  clustering: 'nmi',
};

/** Whether a saved value is a result of a protocol that is known here; others may be there too. */
function isResult(value: unknown): value is SavedResult {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { protocol, epoch, settings } = fields;
  if (typeof protocol !== 'string' || !Object.hasOwn(protocols, protocol)) return false;
  const figure = protocols[protocol as RunResult['protocol']];
  return (
    Number.isFinite(fields[figure]) &&
    Number.isSafeInteger(epoch) &&
    typeof settings === 'object' &&
    settings !== null
  );
}

/** Whether a result is an evaluation with classes: what reports draw. */
function isEvaluation(saved: ProtocolResult): saved is Evaluation {
  return 'confusion' in saved && 'perClass' in saved;
}
