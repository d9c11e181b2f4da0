import type { FeatureMap } from './feature-map.ts';

/** One line of a run's log, such as an `EpochReport` of `@halp/train`. */
export interface LogEntry {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Means over the epoch's steps of `total` and of each part of the loss. */
  readonly losses: Readonly<Record<string, number>>;
  /** The learning rate of this epoch. */
  readonly learningRate: number;
  /** Duration of the epoch. */
  readonly seconds: number;
  /** Clips a second. */
  readonly clipsPerSecond: number;
  /** Further numbers, such as a kNN accuracy; one that lies in `[0, 1]` in all epochs is drawn in percent. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** How an accuracy was measured. */
export interface ReportedProtocol {
  /** The protocol: `knn`, `linear`, `fine-tune`, `semi-supervised`, or the name of another one. */
  readonly protocol: string;
  /** Its settings. */
  readonly settings: Readonly<Record<string, string | number | boolean | readonly number[]>>;
  /** How the reported epoch was selected; null for a protocol without training. */
  readonly selection: 'last-epoch' | 'best-test-epoch' | 'validation' | null;
}

/** A 95 % interval of an accuracy. */
export interface AccuracyInterval {
  /** The lower end, a fraction. */
  readonly low: number;
  /** The upper end, a fraction. */
  readonly high: number;
}

/** An evaluation for a report, such as an `Evaluation` of `@halp/protocols`. */
export interface ReportedEvaluation extends ReportedProtocol {
  /** Top-1 accuracy on the test part, a fraction in `[0, 1]`. */
  readonly accuracy: number;
  /** 95 % interval of the accuracy over the test clips; shown for a single run. */
  readonly interval?: AccuracyInterval | undefined;
  /** The baseline without an encoder, 1-NN on the coordinates of the same clips. */
  readonly coordinates?: Pick<ReportedEvaluation, 'accuracy' | 'interval'> | undefined;
  /** Numbers of clips. */
  readonly counts: {
    /** Clips of the test part. */
    readonly test: number;
  };
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** Accuracy within each class, a fraction; null for a class without test clips. */
  readonly perClass: readonly (number | null)[];
  /** `[classes][classes]`, test clips of class i that were predicted as class j. */
  readonly confusion: readonly (readonly number[])[];
  /** Meaning of its accuracy, as text. Default: that of the protocol. */
  readonly meaning?: string | undefined;
}

/** A result without accuracies by class, such as the mean average precision of retrieval. */
export interface OtherResult {
  /** Name of the measure. */
  readonly meaning: string;
  /** A fraction. */
  readonly value: number;
}

/** A run for a report, as plain data read from its folder. */
export interface RunRecord {
  /** Name of the method, such as `MoCo`; runs with the same name are one recipe with different seeds. */
  readonly name: string;
  /** Manifest of the run. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Log of the epochs, in order; empty for an untrained encoder. */
  readonly log: readonly LogEntry[];
  /** Its results by class. */
  readonly evaluations: readonly ReportedEvaluation[];
  /** Its other results. */
  readonly others?: readonly OtherResult[] | undefined;
  /** Its feature map. */
  readonly map?: FeatureMap | undefined;
  /** Warnings for the reader, such as a collapse of the embeddings. */
  readonly warnings?: readonly string[] | undefined;
  /** How it is reduced from its recipe, such as `20 of 300 epochs`. */
  readonly reduced?: string | undefined;
}

/** The distinct names of the runs, in the order of their first run. */
export function runNames(runs: readonly Pick<RunRecord, 'name'>[]): string[] {
  return [...new Set(runs.map(({ name }) => name))];
}

/**
 * A unique label for each run: its name; for runs with the same name, the name with the seed of the
 * manifest, or with a number.
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
