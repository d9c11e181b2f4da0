/** Facts about the clips to which a pipeline will be applied. */
export interface ClipFacts {
  /** The number of joints V. Default: unknown. */
  readonly joints?: number | undefined;
}
