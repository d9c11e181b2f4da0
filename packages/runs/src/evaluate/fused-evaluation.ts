import type { Evaluation } from '@halp/protocols';
import type { ClipChanges } from '@halp/recipes';
import type { OtherPrecision } from '../run/precision-field.ts';

/** One of the fused runs. */
export interface FusedPart {
  /** The recipe's name. */
  readonly recipe: string;
  /** The seed of the run. */
  readonly seed: number;
  /** The number of epochs trained. */
  readonly epoch: number;
  /** Its weight. */
  readonly weight: number;
  /** Its accuracy alone, a fraction; absent if features were fused. */
  readonly accuracy?: number | undefined;
  /** What was changed to convert the clips to its encoder's input; absent if nothing was. */
  readonly changes?: ClipChanges | undefined;
  /** The number of test clips it was trained on, as training clips of another split; absent if 0. */
  readonly testClipsSeen?: number | undefined;
}

/** The evaluation of several runs together. */
export type FusedEvaluation = Evaluation & {
  /** The data set and its benchmark, such as `ntu60 xsub`. */
  readonly data: string;
  /** The fused runs, in the order of the weights. */
  readonly parts: readonly FusedPart[];
  /** How a run was reduced compared with its recipe. */
  readonly reduced?: string | undefined;
  /** The precision of the encoders' products; absent for float32. */
  readonly precision?: OtherPrecision | undefined;
};
