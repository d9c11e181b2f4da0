import { FormatError } from '@halp/files';
import { expectOptions } from '@halp/random/check';
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

/**
 * How PKU-MMD is prepared: a clip for each action of each video, at most 300 frames of it; two persons;
 * benchmarks `xsub` and `xview`, each if its split text is there. The videos of a split's training list
 * train, all others test.
 *
 * Reads the names of the videos, the labels and the splits.
 * Clips are called after their video and place in its label text, `A10N08-L_000`, and cameras are 1, 2,
 * 3 for L, M, R. Part II has 41 of the 51 classes.
 *
 * A video whose label text is missing or wholly wrong, and each action whose line is wrong, is one of the plan's problems.
 *
 * @throws FormatError if a folder, every video or every split is missing, a name is there twice, or a
 * split text is not what it should be.
 */
export async function planPku(options: PlanPkuOptions): Promise<Plan> {
  expectOptions('planPku', options, 'the folders of the raw data');
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
  if (path === undefined) return { problem: `expected its labels, a ${video}.txt, got none` };
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
 * The normalised clips of one video of PKU-MMD; a problem for each clip whose frames the video does not
 * have.
 *
 * Persons stay in the order of the file, and frames beyond 300 are cut off.
 *
 * Source: the authors' data_gen/pku_gendata.py, which selects no bodies.
 *
 * @remarks Departs from it where a label ends after the video, which there gives a shorter clip without
 * a word; and in the valid frames, which there count those that were cut off.
 * @throws FormatError if the file is missing, or is refused by `parsePkuVideo`.
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
