/** The protocols of this toolkit. */
export const protocolKinds = [
  'knn',
  'linear',
  'fine-tune',
  'semi-supervised',
  'few-shot',
  'retrieval',
  'clustering',
] as const;

/** A protocol of this toolkit. */
export type ProtocolKind = (typeof protocolKinds)[number];

/** Whether a protocol trains a copy of the encoder, which needs `evaluation.fineTune` in the recipe of one stream. */
export function fineTunes(protocol: ProtocolRequest['protocol']): boolean {
  return protocol === 'fine-tune' || protocol === 'semi-supervised';
}

/** A user's protocol. */
export interface ProtocolModule {
  /** A user's module. */
  readonly kind: 'module';
  /** The path or `file:` URL of a module that exports `protocol`. */
  readonly module: string;
  /** The options that it gets; results with other options are other results. */
  readonly options: ProtocolModuleOptions;
}

/** The options of a user's protocol, as plain data. */
export type ProtocolModuleOptions = Readonly<
  Record<string, string | number | boolean | readonly number[]>
>;

/** The settings of protocols that a request or a column of a table can have, besides those of the recipe. */
export interface RequestSettings {
  /** For 'knn': the number of neighbours. Default: the recipe's. */
  readonly k?: number;
  /** For 'semi-supervised': the fraction of training clips that keep their labels. Default: 0.1. */
  readonly labels?: number;
  /** For 'semi-supervised': whether every class keeps the same fraction. Default: false. */
  readonly balanced?: boolean;
  /** For 'semi-supervised': the number of random subsets. Default: 5. */
  readonly repeats?: number;
  /** For 'few-shot': N, the classes of an episode. Default: 5. */
  readonly ways?: number;
  /** For 'few-shot': K, the labelled clips of each class. Default: 1. */
  readonly shots?: number;
}

/** The name of a setting of a request. */
export type RequestSetting = keyof RequestSettings;

/** The settings of a request; undefined means that a setting is left out. */
export type GivenSettings = {
  readonly [Setting in keyof RequestSettings]?: RequestSettings[Setting] | undefined;
};

/** A protocol with its settings. */
export interface ProtocolRequest extends GivenSettings {
  /** The protocol, or a module with one. */
  readonly protocol: ProtocolKind | ProtocolModule;
}
