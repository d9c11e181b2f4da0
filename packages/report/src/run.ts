import type { FeatureMap } from './feature-map.ts';

/** One line of a run's log, such as an `EpochReport` of `@halp/train`. */
export interface LogEntry {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The mean over the epoch's steps of `total` and of each part of the loss. */
  readonly losses: Readonly<Record<string, number>>;
  /** The learning rate of this epoch. */
  readonly learningRate: number;
  /** How long the epoch took. */
  readonly seconds: number;
  /** Clips a second. */
  readonly clipsPerSecond: number;
  /** Further numbers, such as a kNN accuracy; one that lies in `[0, 1]` in all epochs is drawn in percent. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** How an accuracy was measured. */
export interface ReportedProtocol {
  /** The protocol. */
  readonly protocol: 'knn' | 'linear' | 'fine-tune' | 'semi-supervised';
  /** Its settings. */
  readonly settings: Readonly<Record<string, string | number | boolean | readonly number[]>>;
  /** By what the reported epoch was chosen; null for a protocol that trains nothing. */
  readonly selection: 'last-epoch' | 'best-test-epoch' | 'validation' | null;
}

/** An evaluation as a report shows it, such as an `Evaluation` of `@halp/protocols`. */
export interface ReportedEvaluation extends ReportedProtocol {
  /** Top-1 accuracy on the test part, a fraction in `[0, 1]`. */
  readonly accuracy: number;
  /** How many clips the accuracy counts. */
  readonly counts: { readonly test: number };
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** Accuracy within each class, a fraction; null for a class without test clips. */
  readonly perClass: readonly (number | null)[];
  /** `[classes][classes]`, test clips of class i that were predicted as class j. */
  readonly confusion: readonly (readonly number[])[];
  /** What its accuracy means, in words. Default: the protocol in words. */
  readonly meaning?: string;
}

/** A number that is no accuracy by class, such as the mean average precision of retrieval. */
export interface OtherResult {
  /** What was measured, in words. */
  readonly meaning: string;
  /** A fraction. */
  readonly value: number;
}

/** Everything that a report knows of a run; plain data, as read from its folder. */
export interface RunRecord {
  /** What is compared, such as `MoCo`; runs of one name are the same recipe with other seeds. */
  readonly name: string;
  /** What was run, on what, and with what. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The epochs in their order; empty for an untrained encoder. */
  readonly log: readonly LogEntry[];
  /** Its results by class. */
  readonly evaluations: readonly ReportedEvaluation[];
  /** Its other results. */
  readonly others?: readonly OtherResult[];
  /** Its features on a plane. */
  readonly map?: FeatureMap;
  /** What a reader of its numbers should know first, such as a collapse of its embeddings. */
  readonly warnings?: readonly string[];
  /** What makes it smaller than its recipe, such as `20 of 300 epochs`. */
  readonly reduced?: string;
}

/** The names of the runs, each once, in the order of their first run. */
export function runNames(runs: readonly Pick<RunRecord, 'name'>[]): string[] {
  return [...new Set(runs.map(({ name }) => name))];
}

/**
 * A label for each run that no other has: its name; where runs share one, the name with the seed of
 * the manifest, or with a number.
 */
export function runLabels(runs: readonly Pick<RunRecord, 'name' | 'manifest'>[]): string[] {
  const labels = runs.map(({ name, manifest }) => {
    const seed = manifest['seed'];
    const alone = runs.filter((run) => run.name === name).length === 1;
    return alone || typeof seed !== 'number' ? name : `${name}, seed ${seed}`;
  });
  return labels.map((label, i) => {
    const alone = labels.indexOf(label) === labels.lastIndexOf(label);
    return alone
      ? label
      : `${label}, run ${labels.slice(0, i + 1).filter((l) => l === label).length}`;
  });
}
