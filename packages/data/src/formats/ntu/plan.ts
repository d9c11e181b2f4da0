import { FormatError } from '@halp/files';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { kinectV2 } from '@halp/skeleton';
import { selectBodies } from '../../clip/bodies.ts';
import { postureOf } from '../../clip/posture.ts';
import type { Recording } from '../../clip/recording.ts';
import { listRawFiles, sameName } from '../../disk/list-raw-files.ts';
import { pathList } from '../../disk/path-list.ts';
import { readWholeSync } from '../../disk/read-whole.ts';
import type { Part } from '../../prepared/manifest.ts';
import { ntuPreparation } from '../../prepared/preparation.ts';
import { preparedClip } from '../../prepared/prepared-clip.ts';
import type { ClipProblem, Plan, PreparedClip, RawSource, SkippedFile } from '../../record/plan.ts';
import type { ReadingPlan } from '../../record/plan.ts';
import { type NtuBenchmark, ntuBenchmarksOf, type NtuSetName, ntuSets } from './benchmarks.ts';
import { ntuMissing } from './missing.ts';
import { parseNtuName } from './name.ts';
import { parseNtuSkeleton } from './skeleton-file.ts';

/** The files of NTU RGB+D, and the benchmarks to prepare. */
export interface PlanNtuOptions {
  /** The data set. */
  readonly set: NtuSetName;
  /**
   * The folder, or folders, with the `.skeleton` files, with their subfolders; NTU RGB+D 120 comes as two archives.
   */
  readonly raw: string | readonly string[];
  /** The benchmarks to prepare. Default: both benchmarks of the set. */
  readonly benchmarks?: readonly NtuBenchmark[] | undefined;
  /** The names of recordings to exclude. Default: {@link ntuMissing}. */
  readonly missing?: readonly string[] | undefined;
}

/** T of the authors' arrays, and the longest recording of NTU RGB+D. */
const FRAMES = 300;

const optionNames: OptionNames<PlanNtuOptions> = {
  set: true,
  raw: true,
  benchmarks: true,
  missing: true,
};

/**
 * The plan of NTU RGB+D or NTU RGB+D 120: the two bodies that move most, filled to 300 frames, centred and rotated by
 * `normaliseClip`; clips sorted by name.
 *
 * - `xsub`: the published training performers against the others;
 * - `xview` (ntu60): cameras 2 and 3 for training, camera 1 for testing;
 * - `xset` (ntu120): even setups for training, odd ones for testing.
 *
 * Recordings on the list of missing skeletons are excluded, and for ntu60 the recordings that only NTU RGB+D 120 has. A file
 * whose name does not have the form of NTU's names is a problem of the plan.
 *
 * @throws FormatError if a folder is missing or has no `.skeleton` file, or two files have the same name.
 * @throws RangeError if a benchmark does not belong to the set.
 */
export async function planNtu(options: PlanNtuOptions): Promise<Plan> {
  expectOptions('planNtu', options, optionNames, 'the folders of the raw data');
  const raw = pathList('planNtu', options.raw);
  const { set, benchmarks = ntuBenchmarksOf(set), missing = ntuMissing } = options;
  const { classes, setups, trains, published } = ntuSets[set];
  for (const benchmark of benchmarks) {
    if (!ntuBenchmarksOf(set).includes(benchmark)) {
      throw new RangeError(
        `planNtu: expected a benchmark of ${set} (${ntuBenchmarksOf(set).join(', ')}), got ${benchmark}`,
      );
    }
  }
  const files = await listRawFiles(raw, '.skeleton');
  const isMissing = new Set(missing.map((name) => name.toUpperCase()));
  const seen = new Map<string, string>();
  const problems: SkippedFile[] = [];
  const sources: RawSource[] = [];
  const counts = { missing: 0, foreign: 0 };
  for (const { name: called, path } of files) {
    // Some copies have lower-case names.
    const name = called.toUpperCase();
    const facts = parseNtuName(name);
    const other = seen.get(name);
    if (facts === undefined || facts.action > 120 || other !== undefined) {
      const reason =
        other === undefined
          ? `expected a name like S001C001P001R001A001 with an action up to 120, got ${called}`
          : sameName(other);
      problems.push({ file: path, reason });
      continue;
    }
    const { subject, camera, setup, action } = facts;
    if (setup > setups || action > classes.length) counts.foreign++;
    else if (isMissing.has(name)) counts.missing++;
    else {
      const parts = Object.fromEntries(
        benchmarks.map((benchmark): [string, Part] => [
          benchmark,
          trains(benchmark, facts) ? 'train' : 'test',
        ]),
      );
      const clip = { name, label: action - 1, subject, camera, setup, parts };
      sources.push({ path, clips: [clip] });
      seen.set(name, path);
    }
  }
  const excluded = [
    { reason: 'on the list of missing skeletons', files: counts.missing },
    {
      reason: `not of ${set}: a setup after ${setups} or an action after ${classes.length}`,
      files: counts.foreign,
    },
  ];
  return {
    name: set,
    reader: 'ntu',
    layout: kinectV2.name,
    classes,
    persons: 2,
    frames: FRAMES,
    preparation: ntuPreparation,
    published: Object.fromEntries(benchmarks.map((name) => [name, published(name)])),
    benchmarks,
    sources,
    raw,
    problems,
    excluded: excluded.filter((left) => left.files > 0),
  };
}

/**
 * The clip of one `.skeleton` file, filled to the plan's frames.
 *
 * A recording without any body gives a clip of zeros, as in the authors' arrays; the published counts include it.
 *
 * @throws FormatError if `parseNtuSkeleton` refuses the file, or it has more frames than the plan.
 * @throws Error as the file system reports it.
 */
export function readNtu(
  { path }: RawSource,
  plan: Pick<ReadingPlan, 'persons' | 'frames' | 'preparation'>,
): readonly (PreparedClip | ClipProblem)[] {
  const recording = parseNtuSkeleton(readWholeSync(path), path);
  return [ntuClip(recording, path, plan)];
}

/** The prepared clip of a recording in the form of NTU's. */
export function ntuClip(
  recording: Recording,
  path: string,
  { persons, frames, preparation }: Pick<ReadingPlan, 'persons' | 'frames' | 'preparation'>,
): PreparedClip {
  const T = recording.frames.length;
  const fillTo = frames === 'longest' ? T : frames;
  if (T > fillTo) throw new FormatError(path, `expected at most ${fillTo} frames, got ${T}`);
  const raw = selectBodies(recording, persons);
  const clip = preparedClip(raw, kinectV2, preparation, { frames: fillTo });
  return { clip, frames: T, posture: postureOf(raw, kinectV2) };
}
