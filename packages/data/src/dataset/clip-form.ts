import type { Layout, LayoutName } from '@halp/skeleton';
import type { Normalisation } from '../prepared/preparation.ts';

/** The form to which prepared clips are converted, as plain data that can be sent to a worker thread. */
export interface ClipForm {
  /** The joints. */
  readonly layout: LayoutName | Layout;
  /** M, the person slots. */
  readonly persons: number;
  /** Whether clips with z up are turned to the axes of a camera in front, with y up: (x, z, -y). */
  readonly turned: boolean;
  /**
   * The normalisation that is repeated with the joints of `layout`, where the original layout has other joints for centre,
   * spine or shoulders. Default: none.
   */
  readonly again?: Exclude<Normalisation, 'none' | 'min-max'> | undefined;
}
