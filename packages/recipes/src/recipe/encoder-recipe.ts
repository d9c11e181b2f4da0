import type { PartitionStrategy } from '@halp/skeleton';

/** The network whose features are evaluated. */
export type EncoderRecipe =
  BiGruRecipe | StGcnRecipe | AgcnRecipe | CtrGcnRecipe | TransformerRecipe | OwnEncoderRecipe;

/** The stepwise or bidirectional GRU of the paper: `biGru` of `@halp/encoders`. */
export interface BiGruRecipe {
  /** Kind of the encoder. */
  readonly kind: 'bigru';
  /** H, the units of each direction; features have 2H numbers. */
  readonly hidden: number;
  /** Number of layers. */
  readonly layers: number;
  /** How the directions are stacked; 'stepwise' as in the authors' code. */
  readonly direction: 'stepwise' | 'bidirectional';
}

/** A spatio-temporal graph convolution network: `stGcn` of `@halp/encoders`. */
export interface StGcnRecipe {
  /** Kind of the encoder. */
  readonly kind: 'stgcn';
  /** Channels of the first block; 64 as published, 16 in AimCLR, CrosSCLR and ActCLR. */
  readonly width: number;
  /** D, the size of the feature; 4 widths as published, 256 in AimCLR, CrosSCLR and ActCLR. */
  readonly features: number;
  /** How the neighbours of a joint are partitioned. */
  readonly partition: PartitionStrategy;
  /** Probability of a zero in each temporal branch but the first; 0.5 in AimCLR, CrosSCLR and ActCLR. Default: 0. */
  readonly dropout?: number;
}

/** A graph network with learned graphs and graphs of each clip: `agcn` (2s-AGCN) of `@halp/encoders`. */
export interface AgcnRecipe {
  /** Kind of the encoder. */
  readonly kind: 'agcn';
  /** Channels of the first block; 64 as published. */
  readonly width: number;
}

/** A graph network with a topology for each channel: `ctrGcn` of `@halp/encoders`. */
export interface CtrGcnRecipe {
  /** Kind of the encoder. */
  readonly kind: 'ctrgcn';
  /** Channels of the first block; 64 as published. */
  readonly width: number;
  /** Probability of a zero in the feature. Default: 0, as published. */
  readonly dropout?: number;
}

/** A spatio-temporal transformer: `skeletonTransformer` of `@halp/encoders`. */
export interface TransformerRecipe {
  /** Kind of the encoder. */
  readonly kind: 'transformer';
  /** T, the frames of a clip; it has learned position embeddings for T frames. */
  readonly frames: number;
  /** Frames in a token. */
  readonly segment: number;
  /** Width of a token. */
  readonly width: number;
  /** Number of blocks. */
  readonly depth: number;
  /** Number of attention heads. */
  readonly heads: number;
  /** Probability of a zero in the outputs of attention and MLP. Default: 0, as published. */
  readonly dropout?: number;
  /** Probability that the last block is skipped, linear from 0 in the first; 0.3 in MAMP's fine-tuning. Default: 0. */
  readonly stochasticDepth?: number;
}

/** A user's encoder. */
export interface OwnEncoderRecipe {
  /** Kind of the encoder. */
  readonly kind: 'module';
  /** The path, URL or package name of a module that exports `encoder`, an {@link OwnEncoder}. */
  readonly module: string;
  /** The options that it gets, as plain data. */
  readonly options: Readonly<Record<string, unknown>>;
}
