import type { Layout, LayoutName } from '@halp/skeleton';
import type { Recording } from '../clip/recording.ts';
import type { Part } from '../prepared/manifest.ts';
import type { Preparation } from '../prepared/preparation.ts';
import type { OptionSpec, OptionSpecs } from './options.ts';
import type { ClipProblem, Plan, PreparedClip, RawSource, ReadingPlan } from './plan.ts';
import type { RawClip } from './raw-clip.ts';

/** Facts about a data set that do not depend on its files. */
export interface SetFacts {
  /** The names of its classes, if every copy has the same ones. */
  readonly classes?: readonly string[] | undefined;
  /** Its benchmarks, if every copy has the same ones, with the published number of clips of each part. */
  readonly benchmarks: Readonly<Record<string, Readonly<Record<Part, number>> | undefined>>;
}

/** One data set of a record. */
export interface SetRecord extends SetFacts {
  /** Fake recordings in its raw format: every class, both parts of every benchmark. Default: `writeFakeData` refuses it. */
  readonly fake?: (recordingOf: RecordingOf) => Iterable<FakeFile>;
}

/** The raw paths that a preparation takes: one or more, exactly one, or at most one. */
export type RawRule = 'several' | 'one' | 'optional';

/** The raw paths as a record's `plan` receives them. */
export type RawPaths<Rule extends RawRule> = Rule extends 'several'
  ? readonly string[]
  : Rule extends 'one'
    ? string
    : string | undefined;

/** The input of a record's `plan`, without the data set's own options. */
export interface PlanRequest<Rule extends RawRule> {
  /** The raw files. */
  readonly raw: RawPaths<Rule>;
  /** Aborts the work between two files. */
  readonly signal?: AbortSignal | undefined;
}

/** The clips of one raw file, before filling, centring and rotating. */
export interface RawFileClips {
  /** The layout of the clips. */
  readonly layout: LayoutName | Layout;
  /** How clips of this format are prepared, and what their channels mean. */
  readonly preparation: Preparation;
  /** The clips; a clip without a name gets that of the file. */
  readonly clips: readonly (Pick<RawClip, 'clip' | 'recording' | 'channelsStated'> & {
    readonly name?: string;
  })[];
}

/** Facts that a raw file may not contain. */
export interface ReadRawClipsOptions {
  /**
   * Whether the third number of a joint is z or a score, in own `.json` and `.csv` files with the joints of a 2-D
   * detector. Default: z, with `channelsStated` false.
   */
  readonly channels?: Preparation['channels'] | undefined;
  /**
   * A layout of your own that `.json` and `.csv` files may have; it is chosen if its joints fit. Default: the built-in layouts
   * only.
   */
  readonly layout?: Layout | undefined;
}

/** A kind of raw file: how it is recognised and read. */
export interface RawFileKind {
  /** Its extension in lower case: '.skeleton'. */
  readonly ending: string;
  /** The format, in words. */
  readonly format: string;
  /** How its contents distinguish it from other formats with the same extension. Default: no other format has it. */
  readonly contents?: {
    /** The criterion, in words: 'NW-UCLA (skeletons)'. */
    readonly text: string;
    /** Whether the file meets it. @param json - The contents of the file, parsed at the first call. */
    isIn(json: () => unknown): boolean;
  };
  /** The clips. @throws FormatError if the file is refused. */
  read(bytes: Uint8Array, path: string, options: ReadRawClipsOptions): RawFileClips;
}

/** Action, performer, camera and setup of a fake recording; all numbers count from 1. */
export interface FakeTake {
  /** The action; its class plus 1. */
  readonly action: number;
  /** The performer. */
  readonly subject: number;
  /** The camera, 1 to 3. */
  readonly camera: number;
  /** The recording setup. */
  readonly setup: number;
}

/** Makes the fake recording of a take. */
export type RecordingOf = (take: FakeTake) => Recording;

/** A fake raw file: its path from the raw folder, with `/` between folders, and its text. */
export interface FakeFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The record of a data set, or of several that differ only in numbers: everything that code outside its folder needs to
 * know about it.
 *
 * @typeParam Name Their names.
 * @typeParam Options Their own options, all of them optional.
 * @typeParam Rule The number of raw paths that a preparation takes.
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
  /** The name that a plan stores, by which a worker finds {@link AnyRecord.read}. */
  readonly reader: string;
  /** The name of the data set in messages and texts. */
  readonly title: string;
  /** Each data set by its name. */
  readonly sets: Readonly<Record<string, SetRecord>>;
  /** The number of raw paths that a preparation takes. */
  readonly raw: RawRule;
  /** What these paths are, if not folders of raw files. */
  readonly rawText?: string | undefined;
  /** The options that not every data set has. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Advice for options that only other data sets have, by option name. */
  readonly advice?: Readonly<Record<string, string>> | undefined;
  /** The plan of its preparation. */
  plan(name: string, request: object): Plan | Promise<Plan>;
  /** The prepared clips of a source of such a plan: one for each planned clip, in order. */
  read(source: RawSource, plan: ReadingPlan): ClipsOfSource | Promise<ClipsOfSource>;
  /** Whether sources are generated when they are read, without files. Default: false. */
  readonly isGenerated?: boolean | undefined;
  /** The kinds of raw files that `readRawClips` recognises. */
  readonly files: readonly RawFileKind[];
}

type ClipsOfSource = readonly (PreparedClip | ClipProblem)[];
