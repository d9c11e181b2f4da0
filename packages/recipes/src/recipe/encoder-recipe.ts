import type { PartitionStrategy } from '@halp/skeleton';

/** The network whose features are evaluated. */
export type EncoderRecipe =
  BiGruRecipe | StGcnRecipe | GraphEncoderRecipe | TransformerRecipe | OwnEncoderRecipe;

/** The stepwise or bidirectional GRU of the paper: `biGru` of `@halp/encoders`. */
export interface BiGruRecipe {
  /** Which encoder. */
  readonly kind: 'bigru';
  /** Units of each direction, H; the feature has 2H numbers. */
  readonly hidden: number;
  /** Layers. */
  readonly layers: number;
  /** 'stepwise' is what the authors' code computes. */
  readonly direction: 'stepwise' | 'bidirectional';
}

/** A spatio-temporal graph convolution network: `stGcn` of `@halp/encoders`. */
export interface StGcnRecipe {
  /** Which encoder. */
  readonly kind: 'stgcn';
  /** Channels of the first block; 64 as published, 16 in AimCLR, CrosSCLR and ActCLR. */
  readonly width: number;
  /** D, the size of the feature; 4 widths as published, 256 in AimCLR, CrosSCLR and ActCLR. */
  readonly features: number;
  /** How a joint's neighbours are told apart. */
  readonly partition: PartitionStrategy;
}

/** A graph network whose topology is learned: `agcn` (2s-AGCN) or `ctrGcn` of `@halp/encoders`. */
export interface GraphEncoderRecipe {
  /** Which encoder. */
  readonly kind: 'agcn' | 'ctrgcn';
  /** Channels of the first block; 64 as published. */
  readonly width: number;
}

/** A spatio-temporal transformer: `skeletonTransformer` of `@halp/encoders`. */
export interface TransformerRecipe {
  /** Which encoder. */
  readonly kind: 'transformer';
  /** Frames of a clip, T: position embeddings are learned for them. */
  readonly frames: number;
  /** Frames of a token. */
  readonly segment: number;
  /** Numbers of a token. */
  readonly width: number;
  /** Blocks. */
  readonly depth: number;
  /** Heads of the attention. */
  readonly heads: number;
}

/** An encoder of one's own. */
export interface OwnEncoderRecipe {
  /** Which encoder. */
  readonly kind: 'module';
  /** The URL or package name of a module that exports `encoder`, an {@link OwnEncoder}. */
  readonly module: string;
  /** What it is given, as plain data. */
  readonly options: Readonly<Record<string, unknown>>;
}
