import { FormatError } from '@halp/files';
import { type LayoutName, layoutNames, layoutOf } from '@halp/skeleton';
import { csvColumns } from './csv.ts';
import { jsonClipSize } from './json.ts';

/** Whose joints a file of your own holds, and of how many persons, where no clips.json says it. */
export interface OwnClipSize {
  /** The layout that the numbers fit. */
  readonly layout: LayoutName;
  /** M, at least 1. */
  readonly persons: number;
}

const jointsOf = (layout: LayoutName): number => layoutOf(layout).joints.length;
const known = (): string =>
  layoutNames.map((layout) => `${layout} ${String(jointsOf(layout))}`).join(', ');

/**
 * The layout and the persons of a CSV file, see `parseClipCsv`: those of which each has the columns of a line.
 *
 * @throws FormatError if no layout has them, or two have, with different numbers of persons.
 */
export function csvSize(bytes: Uint8Array, path: string): OwnClipSize {
  const { columns, line, offset } = csvColumns(bytes, path);
  const [size, ...others] = layoutNames
    .map((layout) => ({ layout, persons: columns / (3 * jointsOf(layout)) }))
    .filter(({ persons }) => Number.isInteger(persons));
  const refuse = (problem: string): FormatError =>
    new FormatError(path, `line ${line}: ${problem}`, offset);
  if (size === undefined) {
    const advice =
      columns === 1
        ? 'separate numbers by commas'
        : 'leave out columns such as a frame number or a time';
    throw refuse(
      `expected x, y, z of the joints of a layout (${known()}) for each person, got ${columns} columns; ${advice}`,
    );
  }
  if (others.length === 0) return size;
  const sizes = [size, ...others].map(
    ({ layout, persons }) => `${persons} ${persons === 1 ? 'person' : 'persons'} of ${layout}`,
  );
  throw refuse(
    `expected columns that fit persons of one layout, got ${columns}, which ${sizes.join(' and ')} have; ` +
      'write a .json file, in which persons are lists',
  );
}

/**
 * The layout and the persons of a JSON file, see `parseClipJson`: the layout with the joints of the first person that is
 * found, and the most persons of a frame.
 *
 * @throws FormatError if no frame has a person, or no layout has these joints.
 */
export function jsonSize(frames: readonly unknown[], path: string): OwnClipSize {
  const { joints, persons } = jsonClipSize(frames);
  if (joints === undefined) {
    throw new FormatError(path, 'expected a person in some frame, got none');
  }
  const layout = layoutNames.find((name) => jointsOf(name) === joints);
  if (layout !== undefined) return { layout, persons };
  throw new FormatError(
    path,
    `expected persons with the joints of a layout (${known()}), got ${joints}`,
  );
}
