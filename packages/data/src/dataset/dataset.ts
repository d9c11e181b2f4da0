import type { Clip, Layout } from '@halp/skeleton';
import type { Preparation } from '../prepared/preparation.ts';
import type { DatasetSource } from './source.ts';

/** One labelled clip of a data set. */
export interface Sample {
  /** The clip's valid frames only: `clip.shape[1]` is its length. */
  readonly clip: Clip;
  /** The class, an index into the data set's `classes`. */
  readonly label: number;
  /** The clip's name, from its file. */
  readonly name: string;
  /** The performer, in the numbering of the data set. */
  readonly subject?: number | undefined;
  /** The camera or view, in the numbering of the data set. */
  readonly camera?: number | undefined;
  /** The recording setup (NTU RGB+D: the S of the file name). */
  readonly setup?: number | undefined;
}

/** One part (training or test) of one benchmark of a data set, read clip by clip. */
export interface Dataset {
  /** The data set's name, such as 'nw-ucla'. */
  readonly name: string;
  /** The layout of every clip. */
  readonly layout: Layout;
  /** The names of the classes; labels index them. */
  readonly classes: readonly string[];
  /** M, the person slots of every clip; slots may be empty (all zeros). */
  readonly persons: number;
  /**
   * What the numbers of a clip mean, and how the raw ones were processed. Default: unknown; an encoder that was trained on
   * another data set is then not evaluated on this one.
   */
  readonly preparation?: Preparation | undefined;
  /** The number of clips. */
  readonly length: number;
  /** The label of each clip. */
  readonly labels: Int32Array;
  /** The name of each clip. */
  readonly names: readonly string[];
  /**
   * From which `reopenDataset` of `@halp/data/node` opens the same clips again, for example in a worker thread.
   * Undefined if the clips do not come from files; such a data set can only be read in the thread that created it.
   */
  readonly source?: DatasetSource | undefined;
  /**
   * The clip at `index`, read by position.
   *
   * @throws RangeError if `index` is not in [0, length).
   * @throws FormatError if a coordinate is NaN or infinite.
   */
  get(index: number): Promise<Sample>;
  /** Closes the files behind the data set. */
  close(): Promise<void>;
}
