import type { CheckpointStore, Interval, ProbeEpoch } from '@halp/protocols';
import type { Random } from '@halp/random';
import type {
  Classifier,
  EvaluationRecipe,
  GivenSettings,
  ProtocolKind,
  ProtocolModuleOptions,
  Recipe,
  StreamEncoder,
} from '@halp/recipes';
import type { EvaluationData } from '../features/evaluation-data.ts';
import type { PartFeatures } from '../features/part-features.ts';
import type { Say } from '../run/events.ts';
import type { ClassifierChange } from './change.ts';

/** A request with the file of its module, if it names one. */
export interface FoundRequest extends GivenSettings {
  /** The protocol; 'module' is a user's. */
  readonly protocol: ProtocolKind | 'module';
  /** For 'module': its file and options. */
  readonly module?: FoundModule | undefined;
}

/** The file of a user's protocol. */
export interface FoundModule {
  /** The absolute path. */
  readonly path: string;
  /** The name of the file without its extension. */
  readonly name: string;
  /** The SHA-256 of the file. */
  readonly sha256: string;
  /** The options that it gets. */
  readonly options: ProtocolModuleOptions;
}

/** The main number of a result. */
export interface Figure {
  /** A fraction. */
  readonly value: number;
  /** The name of the metric, such as `top-1`. */
  readonly what: string;
  /** The 95 % interval of the value, if the protocol has one. */
  readonly interval?: Interval | undefined;
}

/** What an estimate of the time of a protocol is made of. */
export interface ProtocolCosts {
  /** The settings of the protocols. */
  readonly evaluation: EvaluationRecipe;
  /** The numbers of clips. */
  readonly clips: Readonly<Record<'train' | 'test', number>>;
  /** Seconds for the features of one clip. */
  readonly feature: number;
  /** Seconds of fine-tuning on a number of training clips, with its tests. */
  readonly fineTuning: (trained: number) => number;
}

/** The input of a protocol. */
export interface ProtocolContext {
  /** The recipe, with the settings of the protocols. */
  readonly recipe: Recipe;
  /** The data set. */
  readonly data: EvaluationData;
  /** The encoders of the run. */
  readonly encoders: readonly StreamEncoder[];
  /** The modules that views may import. */
  readonly modules: readonly string[];
  /** Loads a copy of the encoders, for a protocol that trains them. */
  readonly copies: () => Promise<{ readonly encoders: readonly StreamEncoder[]; dispose(): void }>;
  /** The features in the evaluation view, computed once for all protocols. */
  readonly features: (part: 'train' | 'test') => Promise<PartFeatures>;
  /** Where a protocol that trains the encoder saves its state. Default: nowhere. */
  readonly checkpoint?: (repeat?: number) => CheckpointStore;
  /** Called with the trained linear classifier of a run of one stream. */
  readonly onClassifier?: (classifier: Omit<Classifier, 'origin'>) => void;
  /** Called after every epoch of a classifier. */
  readonly onEpoch?: ((report: ProbeEpoch) => void) | undefined;
  /** Called with notes. */
  readonly say?: Say | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Everything that runs, tables, lists and reports need to know about a protocol. The records are in `protocols.ts`. Protocols
 * are distinguished by name in three other places: `recipes` checks requests and tables without this package
 * (`request-settings.ts`, `fineTunes`), `report` has the texts of evaluations with classes (`protocolText`), and `fuse`
 * supports `knn` and `linear` only.
 */
export interface Protocol<Result> {
  /** The heading of its column in lists of runs. Default: it has no column. */
  readonly heading?: string;
  /** The settings of classifiers that change its result. */
  readonly change: readonly (keyof ClassifierChange)[];
  /** Whether every epoch of its training takes long enough to be reported. */
  readonly reportsEpochs: boolean;
  /** Whether it saves a classifier in the run. */
  readonly savesClassifier: boolean;
  /** Every setting that changes the result, with defaults filled in, as plain data: a part of the result's identity. */
  readonly settings: (
    evaluation: EvaluationRecipe,
    request: FoundRequest,
  ) => Readonly<Record<string, unknown>>;
  /** The settings that the identity of a result of an earlier version lacks, from the result. Default: none. */
  readonly settingsOfOlder?: (result: Partial<Result>) => Readonly<Record<string, unknown>>;
  /**
   * The words of a file name that state the protocol and the settings of the request.
   *
   * @param differs - Whether a setting is not the one of the run's recipe.
   */
  readonly fileWords: (
    request: FoundRequest,
    differs: (setting: string) => boolean,
  ) => readonly string[];
  /** Loads what the protocol needs and throws if it cannot, before anything is computed. Default: nothing. */
  readonly load?: (caller: string, request: FoundRequest) => Promise<void>;
  /**
   * The result for encoders on a data set.
   *
   * @param rng - Forked, not advanced.
   * @throws RangeError if the recipe lacks the settings, or the protocol does not support several streams.
   */
  readonly run: (request: FoundRequest, context: ProtocolContext, rng: Random) => Promise<Result>;
  /** The main number of a result. */
  readonly figure: (result: Result) => Figure;
  /** What was measured, in words that are equal only for results with the same meaning: `kNN, k = 1`. */
  readonly text: (result: Result) => string;
  /** The settings that change what the number means, and the counts behind it. */
  readonly detail: (result: Result) => string;
  /** The estimated time, in seconds. */
  readonly seconds: (costs: ProtocolCosts, settings: GivenSettings) => number;
}
