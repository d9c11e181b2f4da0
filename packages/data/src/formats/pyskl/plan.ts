import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError, type PickledArray } from '@halp/files';
import { openPickle, openPickledArrays, type PickledArrays } from '@halp/files/node';
import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import { withPersons } from '../../clip/persons.ts';
import { postureOf } from '../../clip/posture.ts';
import { listRawFiles, sameName } from '../../disk/list-raw-files.ts';
import { pathList } from '../../disk/path-list.ts';
import { requireFile } from '../../disk/system-error.ts';
import { benchmarkName } from '../../prepared/benchmark-name.ts';
import {
  listedPreparation,
  type Preparation,
  pyskl2dPreparation,
} from '../../prepared/preparation.ts';
import { preparedClip } from '../../prepared/prepared-clip.ts';
import { clipProblem } from '../../record/clip-problem.ts';
import type {
  ClipProblem,
  Plan,
  PlannedClip,
  PreparedClip,
  RawSource,
  SkippedFile,
} from '../../record/plan.ts';
import { numberedClasses } from '../arrays/labels.ts';
import { labelNotes, requireLabelsFrom } from '../arrays/labels-from.ts';
import { clipFactsOf } from '../ntu/clip-facts.ts';
import { type Pyskl, type PysklAnnotation, pysklClip, pysklOf } from './annotations.ts';
import { benchmarksOf, isListed, partsOf, type PysklFile } from './benchmarks.ts';

/** The PYSKL files, and facts that they do not contain. */
export interface PlanPysklOptions {
  /** The `.pkl` file, or a folder with one; several files if each split has its own, as in MMAction2 0.x. */
  readonly raw: string | readonly string[];
  /** The data set's name. Default: the name of the file. */
  readonly name?: string | undefined;
  /** The names of the classes. Default: `class 0`, `class 1`, … up to the largest label. */
  readonly classes?: readonly string[] | undefined;
  /** M, the number of persons of each clip; the first persons are kept. Default: 2, as in PYSKL's FormatGCNInput. */
  readonly persons?: number | undefined;
  /** The number of the first class in the file: 1 if labels count from 1. Default: 0. */
  readonly labelsFrom?: number | undefined;
}

/** The place of a clip's numbers in the file: an annotation whose arrays have not been read. */
type Place = Omit<PysklAnnotation<PickledArray>, 'name' | 'label' | 'frames'>;
type PysklClip = PlannedClip & { readonly place: Place };

/** The number of clips that a thread reads at a time. */
const CLIPS_PER_SOURCE = 16;

const optionNames: OptionNames<PlanPysklOptions> = {
  raw: true,
  name: true,
  classes: true,
  persons: true,
  labelsFrom: true,
};

/**
 * The plan of a PYSKL or MMAction2 skeleton file, see `parsePyskl`. Each pair of splits is a benchmark: `xsub_train` and
 * `xsub_val` (or `_test`) are benchmark `xsub`; `train` and `val` are benchmark `split`. A bare list of annotations, which
 * MMAction2 0.x writes for each split, is a split with the file's name: `ntu60_xsub_train.pkl` and `ntu60_xsub_val.pkl` are
 * benchmark `ntu60-xsub`. 3-D clips are filled, centred and rotated; 2-D clips have channels x, y and score, see `pysklClip`.
 *
 * Reads everything except the coordinates, which are read later by position. Clips are stored in the order of the file.
 * Clips in no split are excluded, and names in a split without a clip are ignored. Subject, camera and setup are taken from
 * names in the form of NTU's. An invalid clip, see `parsePyskl`, is a problem of the plan.
 *
 * @throws FormatError if the file is missing, `parsePyskl` refuses it, a split is neither for training nor for testing, a
 * benchmark lacks a part, or a clip is in both parts.
 * @throws RangeError if a label exceeds the classes, or `persons` is not a positive integer.
 */
export async function planPyskl(options: PlanPysklOptions): Promise<Plan> {
  expectOptions('planPyskl', options, optionNames, 'the folders of the raw data');
  const raws = pathList('planPyskl', options.raw);
  const { persons = 2 } = options;
  expectPositiveIntegers('planPyskl', { persons });
  const labelsFrom = requireLabelsFrom('planPyskl', options.labelsFrom);
  const files: PysklFile[] = [];
  for (const path of raws) files.push(await openFile(await fileIn(path)));
  const [first] = files;
  if (first === undefined) throw new RangeError('planPyskl: expected a file, got none');
  const odd = files.find(({ layout }) => layout !== first.layout);
  if (odd !== undefined) {
    const problem = `expected the layout ${first.layout} of ${first.path}, got ${odd.layout}`;
    throw new FormatError(odd.path, problem);
  }
  const benchmarks = benchmarksOf(files);
  const sources: RawSource[] = [];
  const problems: SkippedFile[] = [];
  const labels: number[] = [];
  let frames = 0;
  const seen = new Map<string, string>();
  for (const file of files) {
    const { path } = file;
    const skip = (clip: string, reason: string): void => {
      problems.push({ file: path, clip, reason });
    };
    for (const { clip, reason } of file.problems) {
      // A clip without a name could be in any split.
      if (clip.startsWith('annotations[') || isListed(clip, benchmarks)) skip(clip, reason);
    }
    const clips = file.annotations.flatMap((annotation): readonly PysklClip[] => {
      const { name, keypoint, score, imageShape } = annotation;
      const clipParts = partsOf(name, benchmarks, path);
      if (Object.keys(clipParts).length === 0) return [];
      const other = seen.get(name);
      const label = annotation.label - labelsFrom;
      if (other !== undefined) skip(name, sameName(other));
      else if (label < 0)
        skip(name, `label: expected at least ${labelsFrom}, got ${annotation.label}`);
      if (other !== undefined || label < 0) return [];
      seen.set(name, path);
      labels.push(label);
      frames = Math.max(frames, annotation.frames);
      const place: Place = { keypoint, score, imageShape };
      return [{ ...clipFactsOf(name), label, parts: clipParts, place }];
    });
    sources.push(...sourcesOf(clips, path));
  }
  const needed = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const classes = options.classes ?? numberedClasses(Math.max(needed, 1));
  if (needed > classes.length) {
    throw new RangeError(
      `planPyskl: expected ${classes.length} classes, got label ${needed - 1} (${raws.join(', ')})`,
    );
  }
  const notes = labelNotes(labels);
  return {
    name: options.name ?? benchmarkName(basename(first.path, '.pkl')) ?? 'pyskl',
    reader: 'pyskl',
    layout: first.layout,
    classes,
    persons,
    frames: Math.max(frames, 1),
    preparation: pysklPreparation(first.layout),
    benchmarks: [...benchmarks.keys()],
    sources,
    raw: raws,
    problems,
    notes,
  };
}

async function openFile(path: string): Promise<PysklFile> {
  const file = await requireFile(path, openPickle(path));
  await file.close();
  const pyskl = pysklOf<PickledArray>(file.value, path);
  if (pyskl.splits.size > 0) return { ...pyskl, path, isBare: false };
  const names = [
    ...pyskl.annotations.map(({ name }) => name),
    ...pyskl.problems.map((p) => p.clip),
  ];
  return {
    ...pyskl,
    path,
    isBare: true,
    splits: new Map([[basename(path).replace(/\.[^.]*$/, ''), names]]),
  };
}

/** How the clips of a PYSKL file are prepared. */
export function pysklPreparation(layout: Pyskl['layout']): Preparation {
  return layout === 'coco-17' ? pyskl2dPreparation : listedPreparation;
}

/**
 * The clips of a source of {@link planPyskl}, read by position; a problem for each clip whose numbers are damaged, missing
 * or not finite.
 *
 * @throws FormatError if the file is missing.
 * @throws RangeError if the source is not from {@link planPyskl}.
 */
export async function readPyskl(
  { path, clips }: RawSource,
  plan: Pick<Plan, 'layout' | 'persons' | 'preparation'>,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const arrays = await requireFile(path, openPickledArrays(path));
  try {
    const prepared: (PreparedClip | ClipProblem)[] = [];
    for (const planned of clips) prepared.push(await readClip(planned, path, arrays, plan));
    return prepared;
  } finally {
    await arrays.close();
  }
}

async function readClip(
  planned: PlannedClip,
  path: string,
  arrays: PickledArrays,
  { layout, persons, preparation }: Pick<Plan, 'layout' | 'persons' | 'preparation'>,
): Promise<PreparedClip | ClipProblem> {
  const { name, label } = planned;
  const place = placeOf(planned);
  try {
    const keypoint = await arrays.readArray(place.keypoint);
    const score = place.score && (await arrays.readArray(place.score));
    const frames = keypoint.shape[1] as number;
    const { imageShape } = place;
    const raw = pysklClip({ name, label, frames, keypoint, score, imageShape }, path);
    const clip = preparedClip(withPersons(raw, persons), layoutOf(layout), preparation);
    const hasDepth = preparation.channels === 'xyz';
    return { clip, frames, posture: hasDepth ? postureOf(raw, layoutOf(layout)) : undefined };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return clipProblem(error, path);
  }
}

function placeOf(planned: PlannedClip): Place {
  if ('place' in planned) return (planned as PysklClip).place;
  throw new RangeError(`readPyskl: expected a clip of planPyskl, got ${planned.name}`);
}

function sourcesOf(clips: readonly PysklClip[], path: string): readonly RawSource[] {
  const sources: RawSource[] = [];
  for (let i = 0; i < clips.length; i += CLIPS_PER_SOURCE) {
    sources.push({ path, clips: clips.slice(i, i + CLIPS_PER_SOURCE) });
  }
  return sources;
}

async function fileIn(raw: string): Promise<string> {
  const isFolder = await stat(raw).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return raw;
  const files = await listRawFiles([raw], '.pkl');
  if (files.length === 1) return (files[0] as (typeof files)[number]).path;
  throw new FormatError(raw, `expected one .pkl file, got ${files.length}; pass the path of one`);
}
