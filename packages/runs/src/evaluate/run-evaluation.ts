import type { ClipChanges } from '@halp/recipes';
import type { CoordinatesResult } from './coordinates.ts';
import type { EvaluationIdentity } from './evaluation-identity.ts';
import type { ProtocolResult } from './protocol.ts';

/** An evaluation and what was evaluated. */
export type RunEvaluation = ProtocolResult & {
  /** The recipe's name. */
  readonly recipe: string;
  /** The seed of the run, and of the protocol. */
  readonly seed: number;
  /** The epochs of training after which. */
  readonly epoch: number;
  /** The data set and its split, such as `nw-ucla xview`. */
  readonly data: string;
  /** 1-NN on the coordinates of the same clips in the same view; absent where it was left out. */
  readonly coordinates?: CoordinatesResult | undefined;
  /** Test clips that the run was trained on, as training clips of another split; absent where there are none. */
  readonly testClipsSeen?: number | undefined;
  /** What makes the run smaller than the recipe that it is called after. */
  readonly reduced?: string | undefined;
  /** What was changed to bring the clips into the form that the encoder takes; none where nothing was. */
  readonly changes?: ClipChanges | undefined;
  /** Everything that can move its number: a saved evaluation stands for another one only if this is equal. */
  readonly identity: EvaluationIdentity;
};

/** An evaluation and the name under which it is saved. */
export interface SavedEvaluation {
  /** The name of the file in `evaluations/` of the run, without its ending. */
  readonly name: string;
  /** The evaluation. */
  readonly evaluation: RunEvaluation;
}
