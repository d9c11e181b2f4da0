import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FormatError, type PickledArray } from '@halp/files';
import { openPickle, openPickledArrays, type PickledArrays } from '@halp/files/node';
import { expectOptions, expectPositiveIntegers } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import { withPersons } from '../../clip/persons.ts';
import { postureOf } from '../../clip/posture.ts';
import { pathList } from '../../disk/path-list.ts';
import { listRawFiles, sameName } from '../../disk/list-raw-files.ts';
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

/** A PYSKL file, and what it does not say itself. */
export interface PlanPysklOptions {
  /** The `.pkl` file, or a folder with one; several files where each split has its own, as in MMAction2 0.x. */
  readonly raw: string | readonly string[];
  /** The data set's name; that of the file unless given. */
  readonly name?: string | undefined;
  /** The names of the classes; `class 0` to the largest label unless given. */
  readonly classes?: readonly string[] | undefined;
  /** M, the persons that are kept of each clip, the first; 2 unless given, as in PYSKL's FormatGCNInput. */
  readonly persons?: number | undefined;
  /** The number of the first class in the file, 1 where labels count from 1. Default: 0. */
  readonly labelsFrom?: number | undefined;
}

/** Where the numbers of a clip stand in the file: an annotation whose arrays have not been read. */
type Place = Omit<PysklAnnotation<PickledArray>, 'name' | 'label' | 'frames'>;
type PysklClip = PlannedClip & { readonly place: Place };

/** One thread reads this many clips before another has a turn. */
const CLIPS_PER_SOURCE = 16;

/**
 * How a PYSKL or MMAction2 skeleton file is prepared, see `parsePyskl`: a benchmark for each pair of
 * splits, `xsub_train` and `xsub_val` (or `_test`) to benchmark `xsub`; `train` and `val` alone to
 * benchmark `split`. A file that is a list of annotations alone, as MMAction2 0.x writes one for each split, is a split
 * of its own name: `ntu60_xsub_train.pkl` and `ntu60_xsub_val.pkl` are benchmark `ntu60-xsub`. 3-D clips are centred, rotated and their gaps filled; 2-D ones have channels x, y,
 * score, see `pysklClip`.
 *
 * Reads everything but the coordinates, which are read by position. Clips are stored in
 * the order of the file; those in no split are left out, and names in a split that no clip has are not
 * missed. Of names like NTU's, subject, camera and setup are known. A clip that cannot be used, see `parsePyskl`, is one
 * of the plan's problems.
 *
 * @throws FormatError if the file is missing, is not what `parsePyskl` asks for, a split is neither to
 * train nor to test, a benchmark has not both parts, or a clip stands in both.
 * @throws RangeError if a label is none of the classes, or `persons` is no positive integer.
 */
export async function planPyskl(options: PlanPysklOptions): Promise<Plan> {
  expectOptions('planPyskl', options, 'the folders of the raw data');
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
      // One that has no name could stand in any split.
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
 * The clips of a source of {@link planPyskl}, read by position; a problem for each whose numbers are
 * damaged, no longer there, or not finite.
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
    const isPlaces = preparation.channels === 'xyz';
    return { clip, frames, posture: isPlaces ? postureOf(raw, layoutOf(layout)) : undefined };
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
  throw new FormatError(raw, `expected one .pkl file, got ${files.length}; name one of them`);
}
