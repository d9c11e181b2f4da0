import type { Pace } from './watch-film.ts';

/** What is known of a film. */
export interface FilmState {
  /** Whether the tab is in the background. */
  readonly isHidden: boolean;
  /** Whether a person is followed. */
  readonly isSeen: boolean;
  /** The number of persons in view. */
  readonly persons: number;
  /** The pace of the last second; undefined before that. */
  readonly pace: Pace | undefined;
}

/** Below this many poses a second, movements are too coarse. */
const SLOW = 8;

/** The state of a film in one line: the first of its problems, or its pace. */
export function filmStatus({ isHidden, isSeen, persons, pace }: FilmState): string {
  if (isHidden) {
    return 'The tab is in the background: nothing is recognised until you come back to it.';
  }
  if (!isSeen) {
    return 'Nobody is in view: step back until your shoulders and hips are in the picture.';
  }
  if (persons > 1) {
    return `${persons} persons are in view: only one of them is followed; ask the others to step aside.`;
  }
  if (pace === undefined) return 'One person is in view.';
  const rate = `${pace.poses.toFixed(0)} poses a second`;
  const dropped =
    pace.dropped < 0.5 ? '' : `, ${pace.dropped.toFixed(0)} frames a second were left out`;
  if (pace.poses >= SLOW) return `One person is in view: ${rate}${dropped}.`;
  return `This machine is slow: ${rate}${dropped}, and movements need ${SLOW}; try WebGL below, or close other programs.`;
}
