import type { Clip, LayoutName } from '@halp/skeleton';
import type { Posture } from '../clip/posture.ts';
import type { Part } from '../prepared/manifest.ts';
import type { Preparation } from '../prepared/preparation.ts';

/** A clip that is going to be prepared: what it is called, and where it belongs. */
export interface PlannedClip {
  /** What it is called. */
  readonly name: string;
  /** An index into the plan's classes. */
  readonly label: number;
  /** Who performs, as the data set numbers people. */
  readonly subject?: number | undefined;
  /** The camera or view. */
  readonly camera?: number | undefined;
  /** The recording setup. */
  readonly setup?: number | undefined;
  /** The part of each benchmark in which the clip stands; a benchmark may leave the clip out. */
  readonly parts: Readonly<Record<string, Part>>;
  /** The clip's frames in its raw file, `[start, end)`, where a file holds more than one clip. */
  readonly range?: readonly [start: number, end: number] | undefined;
}

/** A raw file, and the clips that are cut from it. */
export interface RawSource {
  /** The file. */
  readonly path: string;
  /** The clips of it that are wanted, in order. */
  readonly clips: readonly PlannedClip[];
}

/** Sources of one clip each, in the order of the clips' names (code units). */
export function byClipName(sources: readonly RawSource[]): readonly RawSource[] {
  const nameOf = ({ clips }: RawSource): string => clips[0]?.name ?? '';
  return sources.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A clip as it is stored: `[C, T, V, M]`, normalised, and how many of its frames are valid. */
export interface PreparedClip {
  readonly clip: Clip;
  readonly frames: number;
  /** How the person stands in what was recorded, of clips in space. */
  readonly posture?: Posture | undefined;
}

/** Why one clip of a file that can be read otherwise cannot be prepared. */
export interface ClipProblem {
  /** What was expected and what was found, without the path. */
  readonly problem: string;
  /** The byte at which reading failed, where that is known. */
  readonly offset?: number | undefined;
}

/** A raw file, or a clip of one, that is not in the prepared set because something is wrong with it. */
export interface SkippedFile {
  /** The raw file. */
  readonly file: string;
  /** The clip, where a file holds more than one. */
  readonly clip?: string | undefined;
  /** What is wrong. */
  readonly reason: string;
  /** The byte at which reading failed, where that is known. */
  readonly offset?: number | undefined;
}

/** Raw files that are left out on purpose, by reason. */
export interface LeftOut {
  /** Why, such as 'on the list of missing skeletons'. */
  readonly reason: string;
  /** How many. */
  readonly files: number;
}

/** A data set that is going to be written. Plain data, since it travels to worker threads. */
export interface Plan {
  /** The data set's name, such as 'ntu60'. */
  readonly name: string;
  /** Whose record reads the sources: 'ntu', 'pku', 'own-clips'. */
  readonly reader: string;
  /** The layout of every clip. */
  readonly layout: LayoutName;
  /** The names of the classes; labels index them. */
  readonly classes: readonly string[];
  /** M, the person slots of every clip. */
  readonly persons: number;
  /** T, the frames to which every clip is padded; 'longest': those of the longest clip, found in a first pass. */
  readonly frames: number | 'longest';
  /** What the numbers of every clip are, and what is done with the raw ones. */
  readonly preparation: Preparation;
  /** Frames a second, where that is known; written into the description, and used for nothing. */
  readonly fps?: number | undefined;
  /** For each benchmark, the clips that the data set's makers published, where that is known. */
  readonly published?: Readonly<Record<string, Readonly<Record<Part, number>>>> | undefined;
  /** The seed of a synthetic data set. */
  readonly seed?: number | undefined;
  /** The benchmarks' names. */
  readonly benchmarks: readonly string[];
  /** The raw files in the order in which their clips are stored. */
  readonly sources: readonly RawSource[];
  /** The folders of the raw files; nothing is written into them. */
  readonly raw?: readonly string[] | undefined;
  /** Raw files that cannot be used, known from their names alone. */
  readonly problems?: readonly SkippedFile[] | undefined;
  /** Raw files that are left out on purpose. */
  readonly leftOut?: readonly LeftOut[] | undefined;
  /** What else is to be said when the set is prepared, such as labels of which none is 0. */
  readonly notes?: readonly string[] | undefined;
}

/** What reading a source takes of its plan. */
export type ReadingPlan = Pick<
  Plan,
  'reader' | 'layout' | 'persons' | 'frames' | 'preparation' | 'seed'
>;
