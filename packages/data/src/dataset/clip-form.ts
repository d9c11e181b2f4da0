import type { LayoutName } from '@halp/skeleton';
import type { Normalisation } from '../prepared/preparation.ts';

/** The form into which prepared clips are brought, as plain data that can be sent to a worker thread. */
export interface ClipForm {
  /** The joints. */
  readonly layout: LayoutName;
  /** M, the person slots. */
  readonly persons: number;
  /** Whether clips that stand upright, z up, are turned to what a camera in front sees, y up: (x, z, -y). */
  readonly turned: boolean;
  /**
   * The normalisation that is done once more with the joints of `layout`, for clips whose own layout has other joints to
   * be centred and turned by. Default: none.
   */
  readonly again?: Exclude<Normalisation, 'none' | 'min-max'> | undefined;
}
