import type { PartitionStrategy } from '@halp/skeleton';

/** The network whose features are evaluated. */
export type EncoderRecipe =
  BiGruRecipe | StGcnRecipe | GraphEncoderRecipe | TransformerRecipe | OwnEncoderRecipe;

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
}

/** A graph network whose topology is learned: `agcn` (2s-AGCN) or `ctrGcn` of `@halp/encoders`. */
export interface GraphEncoderRecipe {
  /** Kind of the encoder. */
  readonly kind: 'agcn' | 'ctrgcn';
  /** Channels of the first block; 64 as published. */
  readonly width: number;
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
}

/** A user's encoder. */
export interface OwnEncoderRecipe {
  /** Kind of the encoder. */
  readonly kind: 'module';
  /** The URL or package name of a module that exports `encoder`, an {@link OwnEncoder}. */
  readonly module: string;
  /** The options that it gets, as plain data. */
  readonly options: Readonly<Record<string, unknown>>;
}
