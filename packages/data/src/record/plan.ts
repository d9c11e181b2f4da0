import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import type { Posture } from '../clip/posture.ts';
import type { Part } from '../prepared/manifest.ts';
import type { Preparation } from '../prepared/preparation.ts';

/** A clip to prepare: its name, its label and its parts of the benchmarks. */
export interface PlannedClip {
  /** Its name. */
  readonly name: string;
  /** An index into the plan's classes. */
  readonly label: number;
  /** The performer, in the numbering of the data set. */
  readonly subject?: number | undefined;
  /** The camera or view. */
  readonly camera?: number | undefined;
  /** The recording setup. */
  readonly setup?: number | undefined;
  /** The clip's part in each benchmark; benchmarks without the clip are missing. */
  readonly parts: Readonly<Record<string, Part>>;
  /** The clip's frames in its raw file, `[start, end)`, if the file holds more than one clip. */
  readonly range?: readonly [start: number, end: number] | undefined;
}

/** A raw file and the clips to read from it. */
export interface RawSource {
  /** The file. */
  readonly path: string;
  /** The planned clips, in order. */
  readonly clips: readonly PlannedClip[];
}

/** Sources of one clip each, sorted by the clips' names (code units). */
export function byClipName(sources: readonly RawSource[]): readonly RawSource[] {
  const nameOf = ({ clips }: RawSource): string => clips[0]?.name ?? '';
  return sources.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A clip as stored: `[C, T, V, M]`, normalised, with its number of valid frames. */
export interface PreparedClip {
  readonly clip: Clip;
  readonly frames: number;
  /** The posture in the recording, for clips of 3-D coordinates. */
  readonly posture?: Posture | undefined;
}

/** The reason why a clip cannot be prepared. */
export interface ClipProblem {
  /** The expected and the actual value, without the path. */
  readonly problem: string;
  /** The byte at which reading failed, where that is known. */
  readonly offset?: number | undefined;
}

/** A raw file, or one of its clips, that is not in the prepared set because of an error. */
export interface SkippedFile {
  /** The raw file. */
  readonly file: string;
  /** The clip, if the file holds more than one. */
  readonly clip?: string | undefined;
  /** The error. */
  readonly reason: string;
  /** The byte at which reading failed, where that is known. */
  readonly offset?: number | undefined;
}

/** Raw files that are excluded on purpose, for one reason. */
export interface ExcludedFiles {
  /** The reason, such as 'on the list of missing skeletons'. */
  readonly reason: string;
  /** The number of files. */
  readonly files: number;
}

/** A data set to prepare, as plain data that can be sent to worker threads. */
export interface Plan {
  /** The data set's name, such as 'ntu60'. */
  readonly name: string;
  /** The `reader` of the record that reads the sources: 'ntu', 'pku', 'own-clips'. */
  readonly reader: string;
  /** The layout of every clip: the name of a built-in one, or the whole layout. */
  readonly layout: LayoutName | Layout;
  /** The names of the classes; labels index them. */
  readonly classes: readonly string[];
  /** M, the person slots of every clip. */
  readonly persons: number;
  /** T, the frames to which every clip is padded; 'longest': the length of the longest clip, found in a first pass. */
  readonly frames: number | 'longest';
  /** What the numbers of every clip mean, and how the raw ones are processed. */
  readonly preparation: Preparation;
  /** Frames a second, if known; only written to dataset.json. */
  readonly fps?: number | undefined;
  /** The number of published clips of each benchmark, if known. */
  readonly published?: Readonly<Record<string, Readonly<Record<Part, number>>>> | undefined;
  /** The seed of a synthetic data set. */
  readonly seed?: number | undefined;
  /** The benchmarks' names. */
  readonly benchmarks: readonly string[];
  /** The raw files in the order in which their clips are stored. */
  readonly sources: readonly RawSource[];
  /** The folders of the raw files; nothing is written into them. */
  readonly raw?: readonly string[] | undefined;
  /** Raw files and clips that are known to be unusable before any coordinate is read. */
  readonly problems?: readonly SkippedFile[] | undefined;
  /** Raw files that are excluded on purpose. */
  readonly excluded?: readonly ExcludedFiles[] | undefined;
  /** Notes for the user, such as that no label is 0. */
  readonly notes?: readonly string[] | undefined;
}

/** The fields of a plan that reading its sources needs. */
export type ReadingPlan = Pick<
  Plan,
  'reader' | 'layout' | 'persons' | 'frames' | 'preparation' | 'seed'
>;
