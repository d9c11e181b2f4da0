import type { LayoutName } from '@halp/skeleton';
import type { Recording } from '../clip/recording.ts';
import type { Part } from '../prepared/manifest.ts';
import type { Preparation } from '../prepared/preparation.ts';
import type { OptionSpec, OptionSpecs } from './options.ts';
import type { ClipProblem, Plan, PreparedClip, RawSource, ReadingPlan } from './plan.ts';
import type { RawClip } from './raw-clip.ts';

/** What is known of a data set before it is there. */
export interface SetFacts {
  /** The names of its classes, where every copy has the same. */
  readonly classes?: readonly string[] | undefined;
  /** Its benchmarks, where every copy has the same, with the clips of each part where a number was published. */
  readonly benchmarks: Readonly<Record<string, Readonly<Record<Part, number>> | undefined>>;
}

/** What a record says of one of its data sets. */
export interface SetRecord extends SetFacts {
  /** Made-up recordings in its raw format: every class, both parts of every benchmark. Default: none can be written. */
  readonly fake?: (recordingOf: RecordingOf) => Iterable<FakeFile>;
}

/** The raw files that a preparation needs: folders (or files), exactly one, or one that may be left out. */
export type RawRule = 'several' | 'one' | 'optional';

/** The raw files as a record's plan gets them. */
export type RawPaths<Rule extends RawRule> = Rule extends 'several'
  ? readonly string[]
  : Rule extends 'one'
    ? string
    : string | undefined;

/** What a plan is made of, apart from a data set's own options. */
export interface PlanRequest<Rule extends RawRule> {
  /** The raw files. */
  readonly raw: RawPaths<Rule>;
  /** Ends the work between two files. */
  readonly signal?: AbortSignal | undefined;
}

/** The clips in the bytes of one raw file, before anything is filled, centred or turned. */
export interface RawFileClips {
  /** The layout of the clips. */
  readonly layout: LayoutName;
  /** How clips of this format are prepared, and what their channels mean. */
  readonly preparation: Preparation;
  /** The clips; one that has no name is called after the file. */
  readonly clips: readonly (Pick<RawClip, 'clip' | 'recording' | 'channelsStated'> & {
    readonly name?: string;
  })[];
}

/** What a raw file may not say of itself. */
export interface ReadRawClipsOptions {
  /**
   * What the third number of a joint is in own `.json` and `.csv` files of a detector's joints: z or a score. Default:
   * z, and `channelsStated` is false.
   */
  readonly channels?: Preparation['channels'] | undefined;
}

/** How a raw file of a data set is recognised and read. */
export interface RawFileKind {
  /** What its name ends with, in small letters: '.skeleton'. */
  readonly ending: string;
  /** What it is, in words. */
  readonly format: string;
  /** How its contents tell it from other formats with that ending. Default: no other has it. */
  readonly contents?: {
    /** What is looked for, in words: 'NW-UCLA (skeletons)'. */
    readonly text: string;
    /** Whether it is there. @param json - What the file holds, parsed at the first call. */
    isIn(json: () => unknown): boolean;
  };
  /** The clips. @throws FormatError if the file is refused. */
  read(bytes: Uint8Array, path: string, options: ReadRawClipsOptions): RawFileClips;
}

/** Who does what before which camera in a made-up recording; all numbers count from 1. */
export interface FakeTake {
  /** One more than the class. */
  readonly action: number;
  /** The performer. */
  readonly subject: number;
  /** The camera, 1 to 3. */
  readonly camera: number;
  /** The recording setup. */
  readonly setup: number;
}

/** The made-up recording of a take. */
export type RecordingOf = (take: FakeTake) => Recording;

/** A made-up raw file: its path from the raw folder, with `/` between folders, and its text. */
export interface FakeFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The record of a data set, or of a few that differ in numbers alone: everything about it that anything outside its
 * folder asks for.
 *
 * @typeParam Name Their names.
 * @typeParam Options The options that only they have, all of which may be left out.
 * @typeParam Rule How many raw folders a preparation needs.
 */
export interface DataSetRecord<
  Name extends string,
  Options extends object = NoOptions,
  Rule extends RawRule = 'several',
> extends AnyRecord {
  readonly sets: Readonly<Record<Name, SetRecord>>;
  readonly raw: Rule;
  readonly options: OptionSpecs<Options>;
  plan(name: Name, request: PlanRequest<Rule> & Options): Plan | Promise<Plan>;
}

/** For a data set that has no options of its own. */
export type NoOptions = Readonly<Record<never, never>>;

/** A record of any data set. */
export interface AnyRecord {
  /** What a plan calls {@link AnyRecord.read}. */
  readonly reader: string;
  /** What the data set is called in messages and texts. */
  readonly title: string;
  /** Each data set by its name. */
  readonly sets: Readonly<Record<string, SetRecord>>;
  /** The raw folders that a preparation needs. */
  readonly raw: RawRule;
  /** What these are, where they are not folders of raw files. */
  readonly rawText?: string | undefined;
  /** The options that only this data set has, or some others too. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** What to do where an option is given that others have and this one does not, by its name. */
  readonly advice?: Readonly<Record<string, string>> | undefined;
  /** How the data set is prepared. */
  plan(name: string, request: object): Plan | Promise<Plan>;
  /** The prepared clips of a source of such a plan, one for each that it lists, in order. */
  read(source: RawSource, plan: ReadingPlan): ClipsOfSource | Promise<ClipsOfSource>;
  /** Whether sources are made up when they are read, so that there are no files. Default: false. */
  readonly isMadeUp?: boolean | undefined;
  /** How single raw files are recognised. */
  readonly files: readonly RawFileKind[];
}

type ClipsOfSource = readonly (PreparedClip | ClipProblem)[];
