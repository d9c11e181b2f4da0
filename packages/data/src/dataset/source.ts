import type { Layout, LayoutName } from '@halp/skeleton';
import type { Part } from '../prepared/manifest.ts';
import type { Normalisation, Preparation } from '../prepared/preparation.ts';
import type { ClipForm } from './clip-form.ts';

/** How to open a data set of files once more, as plain data that can be sent to a worker thread. */
export type DatasetSource = PreparedSource | ArraysSource | ConvertedSource;

/** A part of a prepared data set: what `openDataset` takes. */
export interface PreparedSource {
  /** Says which kind of source this is. */
  readonly kind: 'prepared';
  /** The folder, as it was named; a relative one is looked up from the working directory. */
  readonly dir: string;
  /** The benchmark. */
  readonly benchmark: string;
  /** The part. */
  readonly part: Part;
}

/** Somebody else's arrays: what `openArrays` takes. */
export interface ArraysSource {
  /** Says which kind of source this is. */
  readonly kind: 'arrays';
  /** The files and what is known of them. */
  readonly options: OpenArraysOptions;
}

/** Another source whose clips are brought into another form: what `convertedDataset` takes. */
export interface ConvertedSource {
  /** Says which kind of source this is. */
  readonly kind: 'converted';
  /** The clips as they are in the files. */
  readonly source: DatasetSource;
  /** The form. */
  readonly form: ClipForm;
}

/** What arrays do not say of themselves, and whoever has them may know. */
export interface ArraysFacts {
  /** What was done with the coordinates. Default: unknown, so that they can be compared with nothing else. */
  readonly normalisation?: Normalisation | undefined;
  /** What the three channels mean. Default: 'xyz'; needed where the layout has no spine, as detectors have it. */
  readonly channels?: Preparation['channels'] | undefined;
}

/** The files of a data set that somebody else prepared. */
export interface OpenArraysOptions extends ArraysFacts {
  /**
   * The file of the joints: a `.npy` of `[N, C, T, V, M]` or `[N, T, M * V * C]`, C = 3, floats of 16,
   * 32 or 64 bits in either byte order; or a `.npz` that holds such arrays as `x_train` and `x_test`.
   */
  readonly data: string;
  /**
   * The file of the labels, integers from 0: a `.npy` of `[N]`, or a `.pkl` of (names, labels), whose
   * names become those of the clips. A `.npz` of the joints has them itself, as `y_train` and `y_test`,
   * `[N]` or `[N, classes]` with a 1 for each clip.
   */
  readonly labels?: string | undefined;
  /** The part that is taken of a `.npz`. */
  readonly part?: Part | undefined;
  /**
   * The `.npy` file of the valid frames, `[N]`, integers from 1 to T; without it a clip ends at its
   * last frame that is not all zero.
   */
  readonly frames?: string | undefined;
  /** The layout of the joints. */
  readonly layout: Layout | LayoutName;
  /** The names of the classes; 'class 0' to the largest label unless given. */
  readonly classes?: readonly string[] | undefined;
  /** The data set's name; 'arrays' unless given. */
  readonly name?: string | undefined;
}
