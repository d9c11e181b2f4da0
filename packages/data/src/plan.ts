import type { Clip, LayoutName } from '@halp/skeleton';
import type { Part } from './manifest.ts';

/** A clip that is going to be prepared: what it is called, and where it belongs. */
export interface PlannedClip {
  readonly name: string;
  /** An index into the plan's classes. */
  readonly label: number;
  readonly subject?: number;
  readonly camera?: number;
  readonly setup?: number;
  /** The part of each benchmark in which the clip stands; a benchmark may leave the clip out. */
  readonly parts: Readonly<Record<string, Part>>;
  /** The clip's frames in its raw file, `[start, end)`, where a file holds more than one clip. */
  readonly range?: readonly [start: number, end: number];
}

/** A raw file, and the clips that are cut from it. */
export interface RawSource {
  readonly path: string;
  readonly clips: readonly PlannedClip[];
}

/** A clip as it is stored: `[C, T, V, M]`, normalised, and how many of its frames are valid. */
export interface PreparedClip {
  readonly clip: Clip;
  readonly frames: number;
}

/** Why one clip of a file that can be read otherwise cannot be prepared. */
export interface ClipProblem {
  readonly problem: string;
}

/** A data set that is going to be written. Plain data, since it travels to worker threads. */
export interface Plan<Kind extends string = string> {
  /** The data set's name, such as 'ntu60'. */
  readonly name: string;
  /** Which function reads the sources. */
  readonly reader: Kind;
  readonly layout: LayoutName;
  readonly classes: readonly string[];
  /** M, the person slots of every clip. */
  readonly persons: number;
  /** T, the frames to which every clip is padded; 'longest': those of the longest clip, found in a first pass. */
  readonly frames: number | 'longest';
  /** How the raw coordinates are changed, in words. */
  readonly normalisation: string;
  /** For each benchmark, the clips that the data set's makers published, where that is known. */
  readonly published?: Readonly<Record<string, Readonly<Record<Part, number>>>>;
  readonly seed?: number;
  /** The benchmarks' names. */
  readonly benchmarks: readonly string[];
  /** The raw files in the order in which their clips are stored. */
  readonly sources: readonly RawSource[];
}
