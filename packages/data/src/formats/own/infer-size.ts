import { FormatError } from '@halp/files';
import { type Layout, type LayoutName, layoutNames, layoutOf } from '@halp/skeleton';
import { csvColumns, ROW_PER_JOINT } from './csv.ts';
import { jsonClipSize } from './json.ts';

/** The layout and the number of persons of an own file, inferred from its numbers. */
export interface OwnClipSize {
  /** The layout. */
  readonly layout: LayoutName | Layout;
  /** M, at least 1. */
  readonly persons: number;
}

const jointsOf = (layout: LayoutName | Layout): number => layoutOf(layout).joints.length;
const known = (): string =>
  layoutNames.map((layout) => `${layout} ${String(jointsOf(layout))}`).join(', ');

/**
 * The layout and the persons of a CSV file, see `parseClipCsv`, from its number of columns.
 *
 * @param own - A layout to prefer if its joints fit.
 * @throws FormatError if the columns fit no layout, or two layouts with different numbers of persons.
 */
export function csvSize(bytes: Uint8Array, path: string, own?: Layout): OwnClipSize {
  const { columns, line, offset, rowPerJoint } = csvColumns(bytes, path);
  if (own !== undefined && columns % (3 * jointsOf(own)) === 0) {
    return { layout: own, persons: columns / (3 * jointsOf(own)) };
  }
  const [size, ...others] = layoutNames
    .map((layout) => ({ layout, persons: columns / (3 * jointsOf(layout)) }))
    .filter(({ persons }) => Number.isInteger(persons));
  const refuse = (problem: string): FormatError =>
    new FormatError(path, `line ${line}: ${problem}`, offset);
  if (size === undefined) {
    const advice =
      columns === 1
        ? 'separate numbers by commas'
        : rowPerJoint
          ? ROW_PER_JOINT
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
 * The layout and the persons of a JSON file, see `parseClipJson`: the layout with as many joints as the first person, and
 * the maximum number of persons in a frame.
 *
 * @param own - A layout to prefer if its joints fit.
 * @throws FormatError if no frame has a person, or no layout has this number of joints.
 */
export function jsonSize(frames: readonly unknown[], path: string, own?: Layout): OwnClipSize {
  const { joints, persons } = jsonClipSize(frames);
  if (joints === undefined) {
    throw new FormatError(path, 'expected a person in some frame, got none');
  }
  if (own !== undefined && jointsOf(own) === joints) return { layout: own, persons };
  const layout = layoutNames.find((name) => jointsOf(name) === joints);
  if (layout !== undefined) return { layout, persons };
  throw new FormatError(
    path,
    `expected persons with the joints of a layout (${known()}), got ${joints}`,
  );
}
