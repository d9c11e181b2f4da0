import { expectText } from '@halp/random/check';
import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import { expectClip, expectLayout } from '@halp/skeleton/check';

/** The label of what is none of the taught actions. */
export const UNKNOWN = 'unknown';

/** A clip with its label. */
export interface Example {
  /** The action. */
  readonly label: string;
  /** One person, `[3, T, V, 1]`, in the axes and the unit of the stream. */
  readonly clip: Clip;
  /** The joints of the clip. Default: those of the stream. */
  readonly layout?: Layout | LayoutName | undefined;
}

/**
 * Throws unless the value is an example.
 *
 * @param stream - The layout of the stream.
 * @throws RangeError if the label is empty or 'unknown', or the clip is not `[3, T, V, 1]` of finite numbers.
 * @throws TypeError for a label that is no text, or another value than a clip.
 */
export function expectExample(caller: string, example: Example, stream: Layout): void {
  const { label, clip, layout = stream } = example;
  expectLabel(caller, label);
  expectClip(caller, clip);
  const V = expectLayout(caller, layout).joints.length;
  const [C, , joints, M] = clip.shape;
  if (C !== 3 || joints !== V || M !== 1) {
    throw new RangeError(
      `${caller}: expected a clip [3, T, ${V}, 1], got [${clip.shape.join(', ')}] for '${label}'`,
    );
  }
  const broken = clip.data.find((value) => !Number.isFinite(value));
  if (broken !== undefined) {
    throw new RangeError(`${caller}: expected finite coordinates, got ${broken} for '${label}'`);
  }
}

/**
 * Throws unless the value can be the label of an example.
 *
 * @throws RangeError if it is empty or 'unknown'.
 * @throws TypeError if it is no text.
 */
export function expectLabel(caller: string, label: string): void {
  expectText(caller, 'a label as a text', label);
  if (label !== '' && label !== UNKNOWN) return;
  throw new RangeError(
    `${caller}: expected the name of an action as the label, got '${label}'; ` +
      `'${UNKNOWN}' is reported for what is none of the actions`,
  );
}

/** Whether two examples have the same numbers. */
export function isSameClip(a: Clip, b: Clip): boolean {
  return a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]);
}
