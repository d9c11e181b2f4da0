import type { Layout, LayoutName } from '@halp/skeleton';
import type { Part } from '../prepared/manifest.ts';
import type { Normalisation, Preparation } from '../prepared/preparation.ts';
import type { ClipForm } from './clip-form.ts';

/** How to reopen a data set that is stored in files, as plain data that can be sent to a worker thread. */
export type DatasetSource = PreparedSource | ArraysSource | ConvertedSource;

/** A part of a prepared data set: the arguments of `openDataset`. */
export interface PreparedSource {
  /** Says which kind of source this is. */
  readonly kind: 'prepared';
  /** The folder; a relative path is resolved from the working directory. */
  readonly dir: string;
  /** The benchmark. */
  readonly benchmark: string;
  /** The part. */
  readonly part: Part;
}

/** Arrays of other code bases: the options of `openArrays`. */
export interface ArraysSource {
  /** Says which kind of source this is. */
  readonly kind: 'arrays';
  /** The files and their facts. */
  readonly options: OpenArraysOptions;
}

/** A source whose clips are converted to another form: the arguments of `convertedDataset`. */
export interface ConvertedSource {
  /** Says which kind of source this is. */
  readonly kind: 'converted';
  /** The source of the clips as stored. */
  readonly source: DatasetSource;
  /** The form. */
  readonly form: ClipForm;
}

/** Facts about arrays that their files do not contain. */
export interface ArraysFacts {
  /** How the coordinates were normalised. Default: unknown; such arrays are comparable with no other data set. */
  readonly normalisation?: Normalisation | undefined;
  /** What the three channels mean; required for layouts of 2-D detectors. Default: 'xyz'. */
  readonly channels?: Preparation['channels'] | undefined;
}

/** The files of a data set that was prepared by other code. */
export interface OpenArraysOptions extends ArraysFacts {
  /**
   * The file of the joints: a `.npy` of `[N, C, T, V, M]` or `[N, T, M * V * C]`, C = 3, floats of 16,
   * 32 or 64 bits in either byte order; or a `.npz` that holds such arrays as `x_train` and `x_test`.
   */
  readonly data: string;
  /**
   * The file of the labels, integers from 0: a `.npy` of `[N]`, or a `.pkl` of (names, labels), whose
   * names become those of the clips. A `.npz` of the joints contains its labels as `y_train` and `y_test`, `[N]` or
   * one-hot `[N, classes]`.
   */
  readonly labels?: string | undefined;
  /** The part of a `.npz` to open. */
  readonly part?: Part | undefined;
  /**
   * The `.npy` file of the valid frames, `[N]`, integers from 1 to T. Default: a clip ends at its last frame that is not
   * all zero.
   */
  readonly frames?: string | undefined;
  /** The layout of the joints. */
  readonly layout: Layout | LayoutName;
  /** The names of the classes. Default: 'class 0', 'class 1', … up to the largest label. */
  readonly classes?: readonly string[] | undefined;
  /** The data set's name. Default: 'arrays'. */
  readonly name?: string | undefined;
}
