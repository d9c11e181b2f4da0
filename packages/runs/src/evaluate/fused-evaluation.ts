import type { Evaluation } from '@halp/protocols';
import type { ClipChanges } from '@halp/recipes';
import type { OtherPrecision } from '../run/precision-field.ts';

/** A run that was fused. */
export interface FusedPart {
  /** The recipe's name. */
  readonly recipe: string;
  /** The seed of the run. */
  readonly seed: number;
  /** The epochs of training after which. */
  readonly epoch: number;
  /** How much it counts. */
  readonly weight: number;
  /** Its accuracy alone, a fraction; where features are fused, none. */
  readonly accuracy?: number | undefined;
  /** What was changed to bring the clips into the form that its encoder takes; none where nothing was. */
  readonly changes?: ClipChanges | undefined;
  /** Test clips that it was trained on, as training clips of another split; absent where there are none. */
  readonly testClipsSeen?: number | undefined;
}

/** What several runs give together. */
export type FusedEvaluation = Evaluation & {
  /** The data set and its split, such as `ntu60 xsub`. */
  readonly data: string;
  /** What was fused, in the order of the weights. */
  readonly parts: readonly FusedPart[];
  /** What makes a run smaller than the recipe that it is called after. */
  readonly reduced?: string | undefined;
  /** With what the encoders multiplied; absent for float32. */
  readonly precision?: OtherPrecision | undefined;
};
