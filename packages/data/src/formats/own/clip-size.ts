import { FormatError } from '@halp/files';

/** What a clip of somebody's own must hold. */
export interface ClipSize {
  /** V, the joints of a person. */
  readonly joints: number;
  /** M, the persons of the clip that is returned; a file may hold fewer, and the rest is zero. */
  readonly persons: number;
}

/** Every clip is padded to the longest, so that a whole recording among clips would be dear. */
const MAX_FRAMES = 10_000;

/** @throws FormatError if a file holds no frame, or more than a clip of one action has. */
export function requireFrames(count: number, path: string): void {
  if (count === 0) throw new FormatError(path, 'expected at least one frame, got none', 0);
  if (count > MAX_FRAMES) {
    const problem = `expected at most ${MAX_FRAMES} frames, got ${count}; cut it into clips`;
    throw new FormatError(path, problem);
  }
}
