import { stat } from 'node:fs/promises';
import {
  type ClipStatistics,
  clipStatistics,
  type Manifest,
  type Preparation,
  preparationText,
  type Sample,
  withNormalisation,
} from '@halp/data';
import { openDataset, readManifest, readRawClips } from '@halp/data/node';
import { expectObject } from '@halp/random/check';
import { type Clip, type Layout, type LayoutName, layoutOf } from '@halp/skeleton';
import { coordinatesText } from '../evaluate/coordinates.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { aFlag, anObject, aPath, aString, oneOf, optional } from '../run/option-checks.ts';
import { present } from '../run/read-input.ts';
import { oneField } from '../text/visible.ts';
import { coordinatesOfSet, type SetCoordinates } from './coordinates-of-set.ts';

/** What to inspect. */
export interface InspectOptions {
  /** A raw file, or the folder of a prepared data set. */
  readonly path: string;
  /** The clip: its name, or its index from 0. Default: the first. */
  readonly clip?: string | undefined;
  /** For a prepared set: the benchmark. Default: the first. */
  readonly benchmark?: string | undefined;
  /** For a prepared set: the part. Default: 'train'. */
  readonly part?: 'train' | 'test' | undefined;
  /** What the third number of a joint is, if the file does not state it. */
  readonly channels?: Preparation['channels'] | undefined;
  /** A layout of your own that a `.csv` or `.json` file may have. Default: the built-in layouts only. */
  readonly layout?: Layout | undefined;
  /**
   * For a prepared set: whether 1-NN on the coordinates of its clips is computed too, without an encoder, on centre crops of 32
   * frames. Needs a backend. Default: false.
   */
  readonly coordinates?: boolean | undefined;
}

/** A description of a file or a prepared set, and of one of its clips. */
export interface Inspection {
  /** The path, as given. */
  readonly path: string;
  /** The format of the file or folder, in words. */
  readonly format: string;
  /** The joints. */
  readonly layout: LayoutName | Layout;
  /** How the clip is prepared; a raw clip has no normalisation. */
  readonly preparation: Preparation;
  /** How `prepare` prepares such a clip by default; that of the set for a prepared one. */
  readonly preparedAs: Preparation;
  /** The number of clips in the file, or in the part of the prepared set. */
  readonly clips: number;
  /** For a prepared set: the content of dataset.json. */
  readonly manifest?: Manifest;
  /** With `coordinates`: the accuracy of 1-NN on coordinates. */
  readonly coordinates?: SetCoordinates;
  /** The clip. */
  readonly clip: InspectedClip;
}

/** A clip with its statistics. */
export interface InspectedClip {
  /** Its name. */
  readonly name: string;
  /** The name of the class, if known. */
  readonly className?: string;
  /** `[C, T, V, M]`, as it is in the file. */
  readonly clip: Clip;
  /** Its ranges, and the frames and jumps of each person. */
  readonly statistics: ClipStatistics;
}

const checks: OptionChecks<InspectOptions> = {
  path: aPath,
  clip: optional(aString),
  benchmark: optional(aString),
  part: optional(oneOf(['train', 'test'])),
  channels: optional(oneOf(['xyz', 'xy-score'])),
  layout: optional(anObject),
  coordinates: optional(aFlag),
};

/**
 * Describes a file or a prepared set, with the statistics of one of its clips.
 *
 * @throws FormatError if the format is not supported, or the file is damaged.
 * @throws RangeError if there is no such clip, benchmark or part, or `coordinates` is given with a file.
 * @throws Error if `coordinates` is given and no backend is running.
 *
 * @example
 * ```ts
 * const inspection = await inspect({ path: 'S001C001P001R001A001.skeleton' });
 * console.log(inspectionLines(inspection).join('\n'));
 * ```
 */
export async function inspect(options: InspectOptions): Promise<Inspection> {
  checkCall('inspect', options, checks);
  const { path } = options;
  const found = await present(path, 'a skeleton file or a prepared data set', stat(path));
  if (found.isDirectory()) return inspectPrepared(options);
  if (options.coordinates === true) {
    throw new RangeError(
      `inspect: expected a prepared data set with option coordinates, got the file ${path}`,
    );
  }
  return inspectFile(options);
}

async function inspectFile({
  path,
  clip: wanted,
  channels,
  layout: own,
}: InspectOptions): Promise<Inspection> {
  const { format, layout, preparation, clips } = await readRawClips(path, {
    channels,
    layout: own,
  });
  const names = clips.map(({ name }) => name);
  const { name, clip } = clips[indexOf(wanted, names, path)] as (typeof clips)[number];
  // A raw clip has not been rotated yet.
  const raw = withNormalisation(preparation, 'none');
  const statistics = clipStatistics(clip, { places: placesOf(raw) });
  const facts = { path, format, layout, preparation: raw, preparedAs: preparation };
  return { ...facts, clips: clips.length, clip: { name, clip, statistics } };
}

async function inspectPrepared(options: InspectOptions): Promise<Inspection> {
  const { path, clip: wanted, part = 'train' } = options;
  const manifest = await readManifest(path);
  // Every prepared set has at least one benchmark.
  const [first = ''] = Object.keys(manifest.benchmarks);
  const { benchmark = first } = options;
  const data = await openDataset(path, { benchmark, part });
  try {
    const sample: Sample = await data.get(indexOf(wanted, data.names, path));
    return {
      ...{
        path,
        format: 'prepared data set',
        layout: manifest.layout,
        preparation: manifest.preparation,
        preparedAs: manifest.preparation,
        clips: data.length,
        manifest,
      },
      ...(options.coordinates === true && {
        coordinates: await coordinatesOfSet(path, manifest, benchmark),
      }),
      clip: {
        name: sample.name,
        className: data.classes[sample.label] as string,
        clip: sample.clip,
        statistics: clipStatistics(sample.clip, {
          places: placesOf(manifest.preparation),
        }),
      },
    };
  } finally {
    await data.close();
  }
}

/** The number of channels that are coordinates: the third can be a score. */
function placesOf({ channels }: Preparation): number {
  return channels === 'xyz' ? 3 : 2;
}

function indexOf(wanted: string | undefined, names: readonly string[], path: string): number {
  if (wanted === undefined) return 0;
  const index = names.includes(wanted) ? names.indexOf(wanted) : Number(wanted);
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  const some = names.slice(0, 3).join(', ');
  throw new RangeError(
    `inspect: expected the name of a clip of ${path} (${some}${names.length > 3 ? ', …' : ''}) or a number ` +
      `below ${names.length}, got ${wanted}`,
  );
}

/** The result of {@link inspect} as lines of text. */
export function inspectionLines(inspection: Inspection): readonly string[] {
  expectObject('inspectionLines', inspection, 'the result of inspect');
  const { path, format, layout, clips, manifest, coordinates, clip } = inspection;
  // The lines of a prepared set have the clips of each part.
  const fileClips = manifest === undefined ? `, ${clips} clip${clips === 1 ? '' : 's'}` : '';
  return [
    `${path}: ${format}, ${layoutOf(layout).name} (${layoutOf(layout).joints.length} joints)${fileClips}`,
    ...(manifest === undefined ? [] : manifestLines(manifest)),
    ...(coordinates === undefined
      ? []
      : [
          `  ${coordinates.benchmark}, centre crop of ${coordinates.frames} frames: ${coordinatesText(coordinates)}`,
        ]),
    ...clipLines(clip, layoutOf(layout), inspection.preparation),
  ].map(oneField);
}

function manifestLines(manifest: Manifest): readonly string[] {
  const { name, classes, persons, frames, preparation, layout, complete, tool } = manifest;
  return [
    `  ${name}: ${classes.length} classes, ${persons} person${persons === 1 ? '' : 's'}, up to ${frames} frames; ` +
      `${preparationText(preparation, layoutOf(layout))}; ${complete ? 'complete' : 'incomplete compared with the published set'}; written by ${tool}`,
    ...Object.entries(manifest.benchmarks).map(
      ([benchmark, { train, test, split }]) =>
        `  ${benchmark}${split === undefined ? '' : ` (a split of ${split.rule.from})`}: ` +
        `${train.clips} train / ${test.clips} test, ` +
        `${rangeText(train.clipsPerClass)} training clips per class`,
    ),
  ];
}

function rangeText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least} to ${most}`;
}

const axes = ['x', 'y'];
const MAX_JUMPS = 3;

function clipLines(
  { name, className, statistics }: InspectedClip,
  layout: Layout,
  { channels }: Preparation,
): readonly string[] {
  const { frames, ranges, persons } = statistics;
  const range = ranges.map(
    ([least, most], c) =>
      `${axes[c] ?? (c > 2 ? `channel ${c}` : channels === 'xyz' ? 'z' : 'score')} ${least.toFixed(2)} to ${most.toFixed(2)}`,
  );
  return [
    `clip ${name}${className === undefined ? '' : `, ${className}`}: ${frames} frames; ${range.join(', ')}`,
    ...persons.map(({ empty, emptyFrames, jumps }, m) => {
      if (empty) return `  person ${m}: empty`;
      const absent =
        emptyFrames === 0 ? 'present in every frame' : `absent in ${emptyFrames} frames`;
      const furthest = [...jumps].sort((a, b) => b.distance - a.distance).slice(0, MAX_JUMPS);
      const where = furthest.map(
        ({ frame, joint, distance }) =>
          `${layout.joints[joint]} by ${distance.toFixed(2)} at frame ${frame}`,
      );
      const suspicious =
        jumps.length === 0
          ? 'no jumps'
          : `${jumps.length} suspicious ${jumps.length === 1 ? 'jump' : 'jumps'}: ${where.join(', ')}`;
      return `  person ${m}: ${absent}; ${suspicious}`;
    }),
  ];
}
