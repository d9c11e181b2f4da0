import type { Evaluation, Interval } from '@halp/protocols';
import type { RunFolder } from '@halp/train/node';
import {
  figureOf,
  isProtocolKey,
  type ProtocolKey,
  protocolKeys,
  protocolOf,
  type ProtocolResult,
} from '../protocols/protocols.ts';
import { dataDifference, trainingData } from '../run/data-checksums.ts';
import { savedIdentity } from './evaluation-identity.ts';

/** A saved result of a run, with everything needed to compare it. */
export interface RunResult {
  /** The name of its file in `evaluations/`, without the extension. */
  readonly name: string;
  /** The protocol. */
  readonly protocol: ProtocolKey;
  /** What was measured: `kNN, k = 1`, `retrieval, mAP`, `linear, …, on pkummd2 xsub`. */
  readonly text: string;
  /** A fraction. */
  readonly value: number;
  /** Its 95 % interval over the test clips, if the protocol has one. */
  readonly interval?: Interval | undefined;
  /** The number of epochs trained. */
  readonly epoch: number;
  /** The data set and benchmark, if they are not those of the training. */
  readonly on?: string | undefined;
  /** The whole evaluation, if the protocol predicts classes. */
  readonly evaluation?: Evaluation<ProtocolKey> | undefined;
}

/**
 * The saved results of a run, ordered by name. No two have the same text and epoch.
 *
 * @throws FormatError if a file is not JSON.
 */
export async function resultsOf(run: RunFolder): Promise<readonly RunResult[]> {
  const saved = Object.entries(await run.evaluations());
  // If two have the same text, the shorter name belongs to the recipe's own settings.
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

/** For each text, the results of the highest epoch. */
export function lastResults(results: readonly RunResult[]): readonly RunResult[] {
  return results.filter(
    ({ text, epoch }) => !results.some((other) => other.text === text && other.epoch > epoch),
  );
}

/** The results ordered by protocol: neighbours, classifiers, then other metrics. */
export function byProtocol(results: readonly RunResult[]): readonly RunResult[] {
  const place = ({ protocol }: RunResult): number => protocolKeys.indexOf(protocol);
  return [...results].sort((a, b) => place(a) - place(b));
}

type SavedResult = ProtocolResult & { readonly epoch: number; readonly data?: string };

function resultOf(run: RunFolder, name: string, saved: SavedResult): RunResult {
  const { value, interval } = figureOf(saved);
  const on = otherData(run, name, saved);
  const precision = savedIdentity(saved)?.precision;
  const words = [
    protocolOf(saved.protocol).text(saved),
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

/** The data of a result in words, if it is not the run's own. */
function otherData(
  { manifest }: RunFolder,
  name: string,
  { data, ...saved }: SavedResult,
): string | undefined {
  const identity = savedIdentity(saved);
  if (identity === undefined) {
    // Older files state it in their name.
    const [, on] = /-on-(.+)$/.exec(name) ?? [];
    return on === undefined ? undefined : (data ?? on);
  }
  const own = trainingData(manifest);
  if (dataDifference(own, identity.data) === undefined) return undefined;
  const words = `${identity.data.name} ${identity.data.benchmark}`;
  return words === `${own.name} ${own.benchmark}` ? `${words} with other checksums` : words;
}

/** Whether a saved value is the result of a known protocol; the folder may have other files. */
function isResult(value: unknown): value is SavedResult {
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { protocol, epoch, settings } = fields;
  return (
    isProtocolKey(protocol) &&
    Number.isFinite(figureOf(value as ProtocolResult).value) &&
    Number.isSafeInteger(epoch) &&
    typeof settings === 'object' &&
    settings !== null
  );
}

/** Whether a result is an evaluation with classes, which reports can draw. */
function isEvaluation(saved: ProtocolResult): saved is ProtocolResult & Evaluation<ProtocolKey> {
  return 'confusion' in saved && 'perClass' in saved;
}
