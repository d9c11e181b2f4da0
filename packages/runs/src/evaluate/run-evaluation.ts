import type { ClipChanges } from '@halp/recipes';
import type { ProtocolResult } from '../protocols/protocols.ts';
import type { CoordinatesResult } from './coordinates.ts';
import type { EvaluationIdentity } from './evaluation-identity.ts';

/** The result of a protocol, and what was evaluated. */
export type RunEvaluation = ProtocolResult & {
  /** The recipe's name. */
  readonly recipe: string;
  /** The seed of the run and of the protocol. */
  readonly seed: number;
  /** The number of epochs trained. */
  readonly epoch: number;
  /** The data set and its benchmark, such as `nw-ucla xview`. */
  readonly data: string;
  /** 1-NN on the coordinates of the same clips in the same view; absent if it was skipped. */
  readonly coordinates?: CoordinatesResult | undefined;
  /** The number of test clips that the run was trained on, as training clips of another split; absent if 0. */
  readonly testClipsSeen?: number | undefined;
  /** How the run was reduced compared with its recipe. */
  readonly reduced?: string | undefined;
  /** What was changed to convert the clips to the encoder's input; absent if nothing was. */
  readonly changes?: ClipChanges | undefined;
  /** Everything that can change the result; a saved evaluation is reused only if this is equal. */
  readonly identity: EvaluationIdentity;
};

/** A saved evaluation and its name. */
export interface SavedEvaluation {
  /** The name of the file in `evaluations/` of the run, without the extension. */
  readonly name: string;
  /** The evaluation. */
  readonly evaluation: RunEvaluation;
}
