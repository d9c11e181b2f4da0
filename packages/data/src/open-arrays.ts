import { FormatError } from '@halp/files';
import { openNpy, type NpyFile } from '@halp/files/node';
import type { Layout } from '@halp/skeleton';
import { arrayDataset } from './array-dataset.ts';
import type { Dataset } from './dataset.ts';
import { readIntegers } from './integers.ts';
import { present } from './system-error.ts';

/** The files of a data set that somebody else prepared. */
export interface OpenArraysOptions {
  /** The `.npy` file of the joints, `[N, C, T, V, M]`, float32 or float64. */
  readonly data: string;
  /** The `.npy` file of the labels, `[N]`, integers from 0. */
  readonly labels: string;
  /**
   * The `.npy` file of the valid frames, `[N]`, integers from 1 to T; without it a clip ends at its
   * last frame that is not all zero.
   */
  readonly frames?: string;
  /** The layout of the joints. */
  readonly layout: Layout;
  /** The names of the classes; 'class 0' to the largest label unless given. */
  readonly classes?: readonly string[];
  /** The data set's name; 'arrays' unless given. */
  readonly name?: string;
}

/**
 * A data set over plain `.npy` arrays, read by position.
 *
 * @remarks The coordinates are taken as they are: nothing is centred or rotated. Clips are named by
 * their position.
 * @throws FormatError if a file is missing, or does not fit the others or the layout.
 */
export async function openArrays(options: OpenArraysOptions): Promise<Dataset> {
  const { data: path, layout, name = 'arrays' } = options;
  const data = await present(path, openNpy(path));
  try {
    const [count, T] = checkedShape(data, path, layout);
    const most = options.classes === undefined ? 2 ** 31 - 1 : options.classes.length - 1;
    const labels = await readIntegers(options.labels, count, 0, most);
    const frames =
      options.frames === undefined ? undefined : await readIntegers(options.frames, count, 1, T);
    const classes = options.classes ?? numberedClasses(labels);
    const facts = Array.from(labels, (_, i) => ({ name: `${name} ${i}` }));
    return arrayDataset({ name, layout, classes, data, path, labels, frames, facts });
  } catch (error) {
    await data.close();
    throw error;
  }
}

function checkedShape(file: NpyFile, path: string, layout: Layout): [count: number, T: number] {
  const { dtype, shape } = file.header;
  const [N = 0, C, T = 0, V, M = 0] = shape;
  const V0 = layout.joints.length;
  const real = dtype === 'float32' || dtype === 'float64';
  if (!real || shape.length !== 5 || C !== 3 || V !== V0 || N < 1 || T < 1 || M < 1) {
    throw new FormatError(
      path,
      `expected float32 or float64 [N, 3, T, ${V0}, M] for ${layout.name}, got ${dtype} [${shape.join(', ')}]`,
    );
  }
  return [N, T];
}

function numberedClasses(labels: Int32Array): readonly string[] {
  const count = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  return Array.from({ length: count }, (_, i) => `class ${i}`);
}
