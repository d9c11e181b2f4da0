import { FormatError } from '@halp/files';
import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';

/** The joints and persons of an own clip. */
export interface ClipSize {
  /** V, the joints of a person. */
  readonly joints: number;
  /** M, the person slots of the returned clip; a file may hold fewer persons, the other slots are zero. */
  readonly persons: number;
}

/** Every clip is padded to the longest one, so a whole recording among the clips would take much memory. */
export const MAX_FRAMES = 10_000;

const sizeNames: OptionNames<ClipSize> = { joints: true, persons: true };

/** @throws TypeError or RangeError unless both numbers are positive integers, without other fields. */
export function expectClipSize(caller: string, size: ClipSize): void {
  const { joints, persons } = expectOptions(caller, size, sizeNames, 'a size { joints, persons }');
  expectPositiveIntegers(caller, { joints, persons });
}

/** @throws FormatError if a file holds no frame, or more frames than a clip of one action. */
export function requireFrames(count: number, path: string): void {
  if (count === 0) throw new FormatError(path, 'expected at least one frame, got none', 0);
  if (count > MAX_FRAMES) {
    const problem = `expected at most ${MAX_FRAMES} frames, got ${count}; cut it into clips`;
    throw new FormatError(path, problem);
  }
}
