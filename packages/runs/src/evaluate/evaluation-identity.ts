import type { Precision } from '@halp/backend';
import { crc32, fileNameOf } from '@halp/files';
import type { EvaluationRecipe } from '@halp/recipes';
import { recipeDifferences, type TrainingPosition } from '@halp/train';
import type { RunFolder } from '@halp/train/node';
import { changedEvaluation, type ClassifierChange } from '../protocols/change.ts';
import type { FoundRequest } from '../protocols/protocol.ts';
import {
  isProtocolKey,
  type ProtocolKey,
  protocolOf,
  type ProtocolResult,
} from '../protocols/protocols.ts';
import type { DataIdentity } from '../run/data-checksums.ts';
import { type OtherPrecision, otherPrecision } from '../run/precision-field.ts';

/**
 * Everything that can change the result of an evaluation, besides the run. A saved result is reused only if its identity
 * is equal.
 */
export interface EvaluationIdentity {
  /** The protocol. */
  readonly protocol: ProtocolKey;
  /** The number of epochs trained. */
  readonly epoch: number;
  /** Steps into the next epoch, if the checkpoint is inside one. */
  readonly iteration?: number | undefined;
  /** The seed of the run and of the protocol. */
  readonly seed: number;
  /** The clips. */
  readonly data: DataIdentity;
  /** Every setting that the protocol uses, including the views. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The precision of the encoder's products; absent for float32. */
  readonly precision?: OtherPrecision | undefined;
}

/** The input of {@link evaluationIdentity}. */
export interface Evaluated {
  /** The protocol with its settings. */
  readonly request: FoundRequest;
  /** The evaluation settings of the recipe. */
  readonly evaluation: EvaluationRecipe;
  /** The position of training at the checkpoint. */
  readonly position: Pick<TrainingPosition, 'epoch' | 'within'>;
  /** The seed of the run. */
  readonly seed: number;
  /** The clips. */
  readonly data: DataIdentity;
  /** The precision of the encoder's products. */
  readonly precision: Precision;
}

/** The identity of an evaluation, as plain JSON data. */
export function evaluationIdentity({
  request,
  evaluation,
  position,
  seed,
  data,
  precision,
}: Evaluated): EvaluationIdentity {
  const { epoch, within } = position;
  const identity: EvaluationIdentity = {
    protocol: request.protocol,
    epoch,
    iteration: within?.iteration,
    ...{ seed, data },
    settings: protocolOf(request.protocol).settings(evaluation, request),
    precision: otherPrecision(precision),
  };
  return JSON.parse(JSON.stringify(identity)) as EvaluationIdentity;
}

/** Whether two identities are equal; `a` may come from a file. The order of keys does not matter. */
export function isSameEvaluation(a: unknown, b: EvaluationIdentity): boolean {
  return recipeDifferences(a, b).length === 0;
}

/**
 * The identity in a saved result, with the settings that earlier versions wrote into the result only; undefined for results
 * in the older format.
 */
export function savedIdentity(saved: unknown): EvaluationIdentity | undefined {
  const { identity } = (saved ?? {}) as { readonly identity?: EvaluationIdentity };
  if (identity === undefined || !isProtocolKey(identity.protocol)) return identity;
  const older = protocolOf(identity.protocol).settingsOfOlder?.(saved as Partial<ProtocolResult>);
  return { ...identity, settings: { ...older, ...identity.settings } };
}

/**
 * The file name of an evaluation without its extension: `epoch-0300-knn`, `epoch-0300-linear-validation`,
 * `epoch-0300-linear-on-pkummd2-xsub`.
 *
 * It states what differs from the run's own recipe, with a checksum for settings that have no word.
 *
 * @param own - The evaluation settings of the run's own recipe.
 * @param on - The data set and benchmark, if they are not the run's own.
 */
export function evaluationName(
  identity: EvaluationIdentity,
  own: EvaluationRecipe,
  on?: DataIdentity,
): string {
  const { epoch, iteration } = identity;
  const { words, isComplete } = settingWords(identity, own);
  const parts = [
    epochName(epoch),
    ...(iteration === undefined ? [] : [`step-${iteration}`]),
    ...words,
    ...(on === undefined ? [] : ['on', fileNameOf(on.name), fileNameOf(on.benchmark)]),
    ...(identity.precision === undefined ? [] : [identity.precision]),
    ...(isComplete ? [] : [hashOf(identity.settings)]),
  ];
  return fileNameOf(parts.join('-'));
}

/**
 * The name under which an evaluation is saved: `name`, or `name` and a checksum if a result with another identity has that
 * name, so that no result replaces another.
 */
export function freeName(
  name: string,
  identity: EvaluationIdentity,
  saved: Awaited<ReturnType<RunFolder['evaluations']>>,
): string {
  const isFree = !(name in saved) || isSameEvaluation(savedIdentity(saved[name]), identity);
  return isFree ? name : fileNameOf(`${name}-${hashOf(identity)}`);
}

/** The start of the file names of an epoch: `epoch-0300`. */
export function epochName(epoch: number): string {
  return `epoch-${String(epoch).padStart(4, '0')}`;
}

/** The protocol and its differences from the recipe in words, and whether the words state all of them. */
function settingWords(
  { protocol, settings }: EvaluationIdentity,
  own: EvaluationRecipe,
): { readonly words: readonly string[]; readonly isComplete: boolean } {
  const record = protocolOf(protocol);
  const request = { ...settings, protocol } as FoundRequest;
  const usual = record.settings(own, { protocol });
  const differs = (name: string): boolean => settings[name] !== usual[name];
  const changes = record.change.flatMap((name) =>
    differs(name) ? [[name, settings[name] as string] as const] : [],
  );
  const words = [...record.fileWords(request, differs), ...changes.map(([, value]) => value)];
  const change = Object.fromEntries(changes) as ClassifierChange;
  const stated = record.settings(changedEvaluation(own, change), request);
  return { words, isComplete: recipeDifferences(stated, settings).length === 0 };
}

/** Eight hexadecimal digits for plain data, independent of the order of keys. */
function hashOf(data: object): string {
  const text = JSON.stringify(data, (_, value: unknown) => sorted(value));
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0');
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
