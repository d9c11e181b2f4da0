import { FormatError } from '@halp/files';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { type Clip, kinectV2 } from '@halp/skeleton';
import { cutFrames } from '../../clip/cut-frames.ts';
import { postureOf } from '../../clip/posture.ts';
import { pathList } from '../../disk/path-list.ts';
import { readWhole } from '../../disk/read-whole.ts';
import type { Part } from '../../prepared/manifest.ts';
import { listedPreparation, type Preparation } from '../../prepared/preparation.ts';
import { preparedClip } from '../../prepared/prepared-clip.ts';
import type {
  ClipProblem,
  Plan,
  PlannedClip,
  PreparedClip,
  RawSource,
  SkippedFile,
} from '../../record/plan.ts';
import { pkuClasses } from './classes.ts';
import { findPkuFiles, type PkuFiles, type PlanPkuOptions } from './find.ts';
import { parsePkuSplit, type PkuLabel, type PkuLabelProblem, readPkuLabels } from './labels.ts';
import { parsePkuVideo } from './video.ts';

const MAX_FRAMES = 300;
const cameras = ['L', 'M', 'R'];

const optionNames: OptionNames<PlanPkuOptions> = {
  raw: true,
  labels: true,
  splits: true,
  phase: true,
};

/**
 * The plan of PKU-MMD: a clip for each action of each video, with at most its first 300 frames; two persons; benchmarks
 * `xsub` and `xview`, if their split texts exist. The videos of a split's training list are for training, all others for
 * testing.
 *
 * Reads the names of the videos, the labels and the splits. Clips are named after their video and their index in its label
 * text, `A10N08-L_000`; cameras L, M, R are 1, 2, 3. Part II has 41 of the 51 classes.
 *
 * A video with a missing or unreadable label text, and an action with an invalid line, are problems of the plan.
 *
 * @throws FormatError if a folder is missing, there is no video or no split, two files have the same name, or a split text
 * is invalid.
 */
export async function planPku(options: PlanPkuOptions): Promise<Plan> {
  expectOptions('planPku', options, optionNames, 'the folders of the raw data');
  const raw = pathList('planPku', options.raw);
  const files = await findPkuFiles({ ...options, raw });
  const trains = new Map<string, ReadonlySet<string>>();
  for (const [benchmark, path] of files.splits) {
    trains.set(benchmark, new Set(parsePkuSplit(await readWhole(path), path).train));
  }
  const sources: RawSource[] = [];
  const problems: SkippedFile[] = [];
  for (const { name, path } of files.videos) {
    const parts = Object.fromEntries(
      [...trains].map(([benchmark, names]): [string, Part] => [
        benchmark,
        names.has(name) ? 'train' : 'test',
      ]),
    );
    const labels = await labelsOf(name, files);
    if ('problem' in labels) problems.push({ file: path, reason: labels.problem });
    else {
      const clips = labels.flatMap((label, index): readonly PlannedClip[] => {
        if (!('problem' in label)) return [{ ...plannedClip(name, index, label), parts }];
        problems.push({ file: path, clip: clipName(name, index), reason: label.problem });
        return [];
      });
      if (clips.length > 0) sources.push({ path, clips });
    }
  }
  return {
    name: `pkummd${options.phase}`,
    reader: 'pku',
    layout: kinectV2.name,
    classes: pkuClasses,
    persons: 2,
    frames: MAX_FRAMES,
    preparation: listedPreparation,
    benchmarks: [...trains.keys()],
    sources,
    raw: files.folders,
    problems,
  };
}

async function labelsOf(
  video: string,
  files: PkuFiles,
): Promise<readonly (PkuLabel | PkuLabelProblem)[] | ClipProblem> {
  const path = files.labels.get(video);
  if (path === undefined) return { problem: `expected the label text ${video}.txt, got none` };
  try {
    return readPkuLabels(await readWhole(path), path);
  } catch (error) {
    if (error instanceof FormatError) return { problem: error.message };
    throw error;
  }
}

function clipName(video: string, index: number): string {
  return `${video}_${String(index).padStart(3, '0')}`;
}

function plannedClip(video: string, index: number, label: PkuLabel): Omit<PlannedClip, 'parts'> {
  return {
    name: clipName(video, index),
    label: label.action - 1,
    camera: cameras.indexOf(video.slice(-1)) + 1,
    range: [label.start, label.end],
  };
}

/**
 * The normalised clips of one video of PKU-MMD; a problem for each clip with frames outside the video.
 *
 * Persons stay in the order of the file, and frames beyond 300 are cut off.
 *
 * Source: the authors' data_gen/pku_gendata.py, which selects no bodies.
 *
 * @remarks Differs from the source in two cases: there, a label that ends after the video silently gives a shorter clip, and
 * the valid frames include those that were cut off.
 * @throws FormatError if the file is missing, or `parsePkuVideo` refuses it.
 */
export async function readPku(
  { path, clips }: RawSource,
  { preparation }: Pick<Plan, 'preparation'>,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const video = parsePkuVideo(await readWhole(path), path);
  return clips.map(({ range }) => clipOf(video, range ?? [0, video.shape[1]], preparation));
}

function clipOf(
  video: Clip,
  [start, end]: readonly [start: number, end: number],
  preparation: Preparation,
): PreparedClip | ClipProblem {
  const T = video.shape[1];
  if (start < 0 || end <= start || end > T) {
    return { problem: `expected frames within [0, ${T}), got [${start}, ${end})` };
  }
  const frames = Math.min(end - start, MAX_FRAMES);
  const raw = cutFrames(video, start, start + frames);
  const clip = preparedClip(raw, kinectV2, preparation, { frames: MAX_FRAMES });
  return { clip, frames, posture: postureOf(raw, kinectV2) };
}
