import { FormatError } from '@halp/files';
import { openNpy, openNpz } from '@halp/files/node';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { type Layout, type LayoutName, layoutOf, storedLayout } from '@halp/skeleton';
import { expectLayout, madeFrom } from '@halp/skeleton/check';
import { withPersons } from '../../clip/persons.ts';
import type { ArraysFacts } from '../../dataset/source.ts';
import { pathList } from '../../disk/path-list.ts';
import { readNumbers } from '../../disk/read-integers.ts';
import { requireFile } from '../../disk/system-error.ts';
import type { Part } from '../../prepared/manifest.ts';
import { MAX_CLASSES } from '../../prepared/max-classes.ts';
import type {
  ClipProblem,
  Plan,
  PlannedClip,
  PreparedClip,
  RawSource,
  SkippedFile,
} from '../../record/plan.ts';
import { checkIntegers } from '../../text/integer-values.ts';
import { clipFactsOf } from '../ntu/clip-facts.ts';
import { type ClipArray, clipArray, readArrayClip } from './clips.ts';
import { type ArrayFiles, findArrays } from './find.ts';
import { type ArrayLabels, classCount, numberedClasses, readLabels } from './labels.ts';
import { labelNotes, requireLabelsFrom } from './labels-from.ts';
import { isNpz, npzClips, npzLabels } from './npz-part.ts';
import { arraysPreparation } from './preparation.ts';

/** The files of arrays that other code prepared, and facts that they do not contain. */
export interface PlanArraysOptions extends ArraysFacts {
  /** The `.npz` files, or the folders with the arrays, with their subfolders; see {@link planArrays}. */
  readonly raw: string | readonly string[];
  /** The data set's name. */
  readonly name: string;
  /** The layout of the joints. Default: 'kinect-v2'. */
  readonly layout?: LayoutName | Layout | undefined;
  /** The names of the classes. Default: `class 0`, `class 1`, … up to the largest label. */
  readonly classes?: readonly string[] | undefined;
  /** The number of the first class in the label files: 1 if labels count from 1. Default: 0. */
  readonly labelsFrom?: number | undefined;
}

/** The place of a clip in its array. */
interface Place {
  readonly part: Part;
  readonly row: number;
  /** The valid frames, if known. */
  readonly frames?: number | undefined;
}
type ArrayClip = PlannedClip & { readonly place: Place };

/** One array and its clips. */
interface PlannedArray {
  readonly files: ArrayFiles;
  readonly known: ArrayLabels;
  readonly frames: number;
  readonly persons: number;
  readonly clips: readonly ArrayClip[];
  /** The rows that cannot be used. */
  readonly problems: readonly SkippedFile[];
}

/** The number of clips that a thread reads at a time. */
const CLIPS_PER_SOURCE = 16;

const optionNames: OptionNames<PlanArraysOptions> = {
  raw: true,
  name: true,
  layout: true,
  classes: true,
  labelsFrom: true,
  normalisation: true,
  channels: true,
};

/**
 * The plan that turns arrays of ST-GCN, 2s-AGCN, the authors (`train_data_joint.npy`, `train_label.pkl`,
 * `train_num_frame.npy`, the same with `val_`) and CTR-GCN (`NTU60_CS.npz`) into a prepared data set. Coordinates are not
 * changed; the set states the normalisation from the options, or `unknown`.
 *
 * Reads labels, names and lengths. Each folder or archive is a benchmark: xsub, xview or xset, if its name says so. A named
 * clip that is in several benchmarks is planned as one clip; clips without names are named after benchmark, part and
 * position. A row with an invalid label or length, a name that is twice in a benchmark, and a name with different labels
 * are problems of the plan.
 *
 * @throws FormatError if a file is missing or inconsistent with the others, a benchmark lacks a part, or an array cannot be
 * read by position because it is compressed or in Fortran order.
 * @throws RangeError if a label exceeds the classes, or the layout has no spine and the channels are not given.
 */
export async function planArrays(options: PlanArraysOptions): Promise<Plan> {
  expectOptions('planArrays', options, optionNames, 'the folders of the raw data');
  const raws = pathList('planArrays', options.raw);
  const { name } = options;
  const layout = ownLayout(options.layout ?? 'kinect-v2');
  const arrays: PlannedArray[] = [];
  const labelsFrom = requireLabelsFrom('planArrays', options.labelsFrom);
  for (const files of await findArrays(raws)) {
    arrays.push(await planArray(files, layout, labelsFrom));
  }
  const { sources, problems } = sourcesOf(arrays);
  const notes = labelNotes(sources.flatMap((source) => source.clips.map(({ label }) => label)));
  const needed = arrays.reduce((most, { known }) => Math.max(most, classCount(known)), 0);
  const classes = options.classes ?? numberedClasses(Math.max(needed, 1));
  if (needed > classes.length) {
    throw new RangeError(`planArrays: expected ${classes.length} classes, got ${needed}`);
  }
  return {
    name,
    reader: 'arrays',
    layout: storedLayout(layout),
    classes,
    persons: Math.max(...arrays.map(({ persons }) => persons)),
    frames: Math.max(...arrays.map(({ frames }) => frames)),
    preparation: arraysPreparation('planArrays', layout, options),
    benchmarks: [...new Set(arrays.map(({ files }) => files.benchmark))],
    sources,
    raw: raws,
    problems: [...arrays.flatMap((array) => array.problems), ...problems],
    notes,
  };
}

/**
 * The clips of a source of {@link planArrays}, read by position and padded with empty persons to the plan's persons.
 *
 * @throws FormatError if the file is missing or has changed.
 * @throws RangeError if the source is not from {@link planArrays}.
 */
export async function readArrays(
  { path, clips }: RawSource,
  { layout: layoutName, persons }: Pick<Plan, 'layout' | 'persons'>,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const prepared: PreparedClip[] = [];
  const [first] = clips;
  if (first === undefined) return prepared;
  const { part } = placeOf(first);
  await withArray(path, part, layoutOf(layoutName), async (array) => {
    for (const planned of clips) {
      const { row, frames } = placeOf(planned);
      const clip = await readArrayClip(array, row, frames);
      prepared.push({ clip: withPersons(clip, persons), frames: clip.shape[1] });
    }
  });
  return prepared;
}

/** The layout, checked. @throws RangeError for an unknown name, or an invalid layout. */
function ownLayout(layout: LayoutName | Layout): Layout {
  const made = madeFrom(expectLayout('planArrays', layout));
  if ('fault' in made) throw new RangeError(`planArrays: layout.${made.fault}`);
  return made;
}

async function planArray(
  files: ArrayFiles,
  layout: Layout,
  labelsFrom: number,
): Promise<PlannedArray> {
  const { benchmark, part, data, labels, frames: framesPath } = files;
  return withArray(data, part, layout, async (array, npzLabelsOf) => {
    if (!array.file.byPosition) {
      throw new FormatError(
        array.path,
        'expected an array that can be read by position, got a compressed one or one in Fortran order; ' +
          "save it with NumPy's savez and ascontiguousarray, or open it with openArrays",
      );
    }
    const most = MAX_CLASSES - 1;
    const known = shifted(
      labels === undefined ? await npzLabelsOf() : await readLabels(labels, array.clips, most),
      labelsFrom,
    );
    const frames =
      framesPath === undefined
        ? undefined
        : checkIntegers(await readNumbers(framesPath, array.clips), 1, array.frames);
    const problems: SkippedFile[] = [];
    const clips = Array.from(known.labels).flatMap((label, row): readonly ArrayClip[] => {
      const name = known.names?.[row] ?? `${benchmark}-${part}-${row}`;
      const wrongLabel = known.problems.get(row);
      const wrongLength = frames?.problems.get(row);
      if (wrongLabel !== undefined) {
        problems.push({ file: labels ?? data, clip: name, reason: wrongLabel });
      } else if (wrongLength !== undefined) {
        problems.push({ file: framesPath ?? data, clip: name, reason: wrongLength });
      }
      if (wrongLabel !== undefined || wrongLength !== undefined) return [];
      return [
        {
          ...clipFactsOf(name),
          label,
          parts: { [benchmark]: part },
          place: { part, row, frames: frames?.values[row] },
        },
      ];
    });
    return { files, known, frames: array.frames, persons: array.persons, clips, problems };
  });
}

/** The labels, shifted so that the first class is 0. */
function shifted(known: ArrayLabels, labelsFrom: number): ArrayLabels {
  if (labelsFrom === 0) return known;
  const problems = new Map(known.problems);
  const labels = known.labels.map((label, row) => {
    if (label >= labelsFrom) return label - labelsFrom;
    if (!problems.has(row)) {
      problems.set(
        row,
        `entry ${row}: expected an integer of at least ${labelsFrom}, got ${label}`,
      );
    }
    return -1;
  });
  const { classes } = known;
  return {
    ...known,
    ...{ labels, problems },
    classes: classes && Math.max(classes - labelsFrom, 0),
  };
}

type NpzLabels = () => Promise<ArrayLabels>;

async function withArray<Result>(
  path: string,
  part: Part,
  layout: Layout,
  use: (array: ClipArray, labels: NpzLabels) => Promise<Result>,
): Promise<Result> {
  if (!isNpz(path)) {
    const file = await requireFile(path, openNpy(path));
    try {
      return await use(clipArray(file, path, layout), () =>
        Promise.reject(new FormatError(path, 'expected a label file, got none')),
      );
    } finally {
      await file.close();
    }
  }
  const file = await requireFile(path, openNpz(path));
  try {
    const array = await npzClips(file, path, part, layout);
    return await use(array, () => npzLabels(file, path, part, array.clips, MAX_CLASSES - 1));
  } finally {
    await file.close();
  }
}

function placeOf(planned: PlannedClip): Place {
  if ('place' in planned) return (planned as ArrayClip).place;
  throw new RangeError(`readArrays: expected a clip of planArrays, got ${planned.name}`);
}

/** The clips of all arrays in small sources; a clip of several arrays is listed once, with its part in each benchmark. */
function sourcesOf(arrays: readonly PlannedArray[]): {
  readonly sources: readonly RawSource[];
  readonly problems: readonly SkippedFile[];
} {
  const problems: SkippedFile[] = [];
  const merged = new Map<string, { clip: ArrayClip; readonly data: string }>();
  const order: { clip: ArrayClip; readonly data: string }[] = [];
  for (const { files, clips } of arrays) {
    for (const clip of clips) {
      const { benchmark, data, labels = data } = files;
      const earlier = merged.get(clip.name);
      if (earlier === undefined) {
        const entry = { clip, data };
        merged.set(clip.name, entry);
        order.push(entry);
      } else if (benchmark in earlier.clip.parts) {
        const reason = `expected each name once in ${benchmark}, got ${clip.name} twice`;
        problems.push({ file: labels, clip: clip.name, reason });
      } else if (earlier.clip.label !== clip.label) {
        const wanted = `expected label ${earlier.clip.label} as in ${earlier.data}`;
        const reason = `${clip.name}: ${wanted}, got ${clip.label}`;
        problems.push({ file: labels, clip: clip.name, reason });
      } else {
        earlier.clip = { ...earlier.clip, parts: { ...earlier.clip.parts, ...clip.parts } };
      }
    }
  }
  const sources: { readonly path: string; readonly clips: ArrayClip[] }[] = [];
  for (const { clip, data } of order) {
    const last = sources.at(-1);
    const isSameSource =
      last?.path === data &&
      last.clips.length < CLIPS_PER_SOURCE &&
      last.clips[0]?.place.part === clip.place.part;
    if (isSameSource) last.clips.push(clip);
    else sources.push({ path: data, clips: [clip] });
  }
  return { sources, problems };
}
