/** The optimizer of a recipe. Its learning rate follows the recipe's `schedule`. */
export type OptimizerRecipe = SgdRecipe | AdamRecipe | LarsRecipe | OwnOptimizerRecipe;

/** Settings of every optimizer. */
interface CommonRecipe {
  /** λ, at least 0. */
  readonly weightDecay: number;
  /** The parameters that decay: all, or those with two axes or more, without biases and norms. Default: `'all'`. */
  readonly decayOn?: 'all' | 'weights';
  /** The largest global norm of the gradients; larger ones are scaled down to it. Default: no limit. */
  readonly clip?: number;
}

/** `sgd` of `@halp/nn`, PyTorch's `optim.SGD`. */
export interface SgdRecipe extends CommonRecipe {
  /** Default: `'sgd'`, the optimizer of recipes without a kind. */
  readonly kind?: 'sgd';
  /** μ, in [0, 1). */
  readonly momentum: number;
}

/** `adam` or `adamW` of `@halp/nn`, PyTorch's `optim.Adam` and `optim.AdamW`. */
export interface AdamRecipe extends CommonRecipe {
  /** Kind of the optimizer. */
  readonly kind: 'adam' | 'adamW';
  /** β1, in [0, 1). Default: 0.9. */
  readonly beta1?: number;
  /** β2, in [0, 1). Default: 0.999. */
  readonly beta2?: number;
  /** ε, above 0. Default: 1e-8. */
  readonly epsilon?: number;
}

/** `lars` of `@halp/nn`. */
export interface LarsRecipe extends CommonRecipe {
  /** Kind of the optimizer. */
  readonly kind: 'lars';
  /** μ, in [0, 1). */
  readonly momentum: number;
  /** The trust coefficient η, above 0. Default: 0.001. */
  readonly trust?: number;
}

/** A user's optimizer. */
export interface OwnOptimizerRecipe {
  /** Kind of the optimizer. */
  readonly kind: 'module';
  /** The path, URL or package name of a module that exports `optimizer`, an `OwnOptimizer`. */
  readonly module: string;
  /** The options that it gets, as plain data. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The largest global norm of the gradients; larger ones are scaled down to it. Default: no limit. */
  readonly clip?: number;
}
