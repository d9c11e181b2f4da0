import { parseClipCsv, parseClipJson } from '@halp/data';
import { FormatError } from '@halp/files';
import { type Clip, type LayoutName, layoutNames, layoutOf } from '@halp/skeleton';
import { expectDrawable } from '../limits.ts';

/** The most persons in a frame that are read. */
const MOST_PERSONS = 6;

/** The clip of a file. */
export interface OwnClip {
  /** The layout with as many joints. */
  readonly layout: LayoutName;
  /** `[3, T, V, M]`. */
  readonly clip: Clip;
  /** The number of persons in the file. */
  readonly persons: number;
}

/**
 * The clip in a `.json` file, a list of frames, or in a `.csv` file, a line of x, y, z for each frame. The number of joints
 * decides the layout.
 *
 * @throws FormatError if the file is neither, no layout has as many joints, or it is too long for a page.
 */
export function ownClip(bytes: Uint8Array, path: string): OwnClip {
  const isCsv = /\.csv$/i.test(path);
  const { layout, persons } = isCsv ? csvForm(bytes, path) : jsonForm(bytes, path);
  const size = { joints: layoutOf(layout).joints.length, persons };
  const clip = isCsv ? parseClipCsv(bytes, path, size) : parseClipJson(bytes, path, size);
  expectDrawable(clip.shape[1], path);
  return { layout, clip, persons };
}

type Form = Pick<OwnClip, 'layout' | 'persons'>;

function jsonForm(bytes: Uint8Array, path: string): Form {
  let frames: unknown;
  try {
    frames = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new FormatError(path, 'expected a JSON file, got another text');
  }
  if (!Array.isArray(frames)) throw new FormatError(path, 'expected a list of frames');
  const persons = frames.map((frame: unknown): readonly unknown[] => {
    if (!Array.isArray(frame)) return [];
    const [first] = frame as readonly unknown[];
    return Array.isArray(first) && Array.isArray(first[0]) ? (frame as unknown[]) : [frame];
  });
  const first: unknown = persons.flat()[0];
  const joints = Array.isArray(first) ? first.length : 0;
  const most = persons.reduce((count, { length }) => Math.max(count, length), 1);
  if (most > MOST_PERSONS) {
    throw new FormatError(path, `expected at most ${MOST_PERSONS} persons in a frame, got ${most}`);
  }
  return { layout: layoutWith(joints, path), persons: most };
}

function csvForm(bytes: Uint8Array, path: string): Form {
  const text = new TextDecoder().decode(bytes.subarray(0, 2 ** 16));
  const line = text.split('\n').find((each) => each.trim() !== '' && !each.startsWith('#')) ?? '';
  const columns = line.trim().split(/[;,\t]|\s+/).length;
  return { layout: layoutWith(columns / 3, path), persons: 1 };
}

function layoutWith(joints: number, path: string): LayoutName {
  const layout = layoutNames.find((name) => layoutOf(name).joints.length === joints);
  if (layout !== undefined) return layout;
  const known = layoutNames.map((name) => `${name} ${layoutOf(name).joints.length}`).join(', ');
  throw new FormatError(
    path,
    `expected one person with the joints of a layout (${known}), got ${Number(joints.toFixed(2))} joints`,
  );
}
