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

/** The settings that a request has beside the recipe's. */
const requestSettings: Readonly<Record<ProtocolKind, readonly RequestSetting[]>> = {
  knn: ['k'],
  linear: [],
  'fine-tune': [],
  'semi-supervised': ['labels', 'balanced', 'repeats'],
  'few-shot': [],
  retrieval: [],
  clustering: [],
};

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

/** A protocol with its settings. */
export interface ProtocolRequest {
  /** The protocol, or a module with one. */
  readonly protocol: ProtocolKind | ProtocolModule;
  /** For 'knn': the number of neighbours. Default: the recipe's. */
  readonly k?: number | undefined;
  /** For 'semi-supervised': the fraction of training clips that keep their labels. Default: 0.1. */
  readonly labels?: number | undefined;
  /** For 'semi-supervised': whether every class keeps the same fraction. Default: false. */
  readonly balanced?: boolean | undefined;
  /** For 'semi-supervised': the number of random subsets. Default: 5. */
  readonly repeats?: number | undefined;
}

/** The name of a setting of a request. */
export type RequestSetting = Exclude<keyof ProtocolRequest, 'protocol'>;

/** The settings that a request of a protocol can have. */
export function settingsOfRequest(
  protocol: ProtocolRequest['protocol'],
): readonly RequestSetting[] {
  return typeof protocol === 'string' ? requestSettings[protocol] : [];
}
