import { type Bytes, FormatError, type NdArray, parsePickle, type PickledArray } from '@halp/files';
import { fileBytes } from '@halp/files/check';
import { type Clip, type ClipIndex, createClip, firstNonFinite, layoutOf } from '@halp/skeleton';
import { allFinite } from '../../clip/finite.ts';
import { MAX_CLASSES } from '../../prepared/max-classes.ts';
import { clipProblem } from '../../record/clip-problem.ts';
import {
  fewNumbers,
  isPickledArray,
  isPickledList,
  oneNumber,
  type Pickled,
  pickledKind,
  pickledText,
} from '../../text/pickle-values.ts';

/** Ten hours at 30 frames a second. */
const MAX_FRAMES = 1_080_000;

/** One clip of a PYSKL file. */
export interface PysklAnnotation<Numbers = NdArray> {
  /** The clip's name, its `frame_dir` (or `filename`). */
  readonly name: string;
  /** Its class, from 0. */
  readonly label: number;
  /** T. */
  readonly frames: number;
  /** The coordinates, floats `[M, T, V, C]`: C = 2 in pixels of the image, or C = 3 in metres. */
  readonly keypoint: Numbers;
  /** The confidence of each joint, floats `[M, T, V]`; only of 2-D clips. */
  readonly score?: Numbers | undefined;
  /** The height and width of the image in pixels; only of 2-D clips. */
  readonly imageShape?: readonly [height: number, width: number] | undefined;
}

/** The contents of a PYSKL file. */
export interface Pyskl<Numbers = NdArray> {
  /** The layout of all clips: 25 joints in 3-D, or 17 in 2-D. */
  readonly layout: 'kinect-v2' | 'coco-17';
  /** The names of the clips of each split, such as `xsub_train`; empty for a bare list of annotations. */
  readonly splits: ReadonlyMap<string, readonly string[]>;
  /** The valid clips, with unique names. */
  readonly annotations: readonly PysklAnnotation<Numbers>[];
  /** The invalid clips, in the order of the file. */
  readonly problems: readonly PysklProblem[];
}

/** An invalid clip of a PYSKL file. */
export interface PysklProblem {
  /** Its name; without a name its place, such as `annotations[3]`. */
  readonly clip: string;
  /** The expected and the actual value. */
  readonly reason: string;
}

/**
 * The splits and clips in the bytes of a PYSKL or MMAction2 skeleton file, a pickle of
 * `{split, annotations}`, or a bare list of annotations, which MMAction2 0.x has for each split.
 *
 * A clip is invalid if it has no person, a field is missing or of another type, its shapes do not match `total_frames`, each
 * other or one of the two layouts, most other clips have the other layout, an earlier clip has the same name, or a coordinate
 * is NaN or infinite.
 *
 * Source: kennymckormick/pyskl, tools/data/README.md.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if `parsePickle` refuses the file, it has no splits or clips, or no clip is valid (with the first
 * reason).
 */
export function parsePyskl(input: Bytes, path: string): Pyskl {
  const bytes = fileBytes('parsePyskl', input);
  const pyskl = pysklOf<NdArray>(parsePickle(bytes, path), path);
  const problems = [...pyskl.problems];
  const annotations = pyskl.annotations.filter((annotation) => {
    const reason = problemOf(() => pysklClip(annotation, path), path);
    if (reason !== undefined) problems.push({ clip: annotation.name, reason });
    return reason === undefined;
  });
  requireSome(annotations.length, problems, path);
  return { ...pyskl, annotations, problems };
}

/** The message of the FormatError that a function throws, without the path; undefined if it throws none. */
function problemOf(read: () => unknown, path: string): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return clipProblem(error, path).problem;
  }
}

function requireSome(count: number, problems: readonly PysklProblem[], path: string): void {
  if (count > 0) return;
  const [first] = problems;
  if (first === undefined) throw new FormatError(path, 'annotations: expected clips, got none');
  const got = `none of ${problems.length}; the first: ${first.reason}`;
  throw new FormatError(path, `expected at least one valid clip, got ${got}`);
}

/**
 * The raw clip of an annotation, `[3, T, V, M]`: x, y, z in metres, or of a 2-D one x, y from -1 to 1
 * across the image and the score.
 *
 * x' = (x - w/2) / (w/2) and y' = (y - h/2) / (h/2), y downwards, as PYSKL's PreNormalize2D
 * (pyskl/datasets/pipelines/pose_related.py).
 *
 * @remarks A joint whose x, y and score are all 0 was not detected and stays 0; PreNormalize2D moves it to the corner of the
 * image.
 * @throws FormatError if a coordinate is NaN or infinite.
 */
export function pysklClip(annotation: PysklAnnotation, path: string): Clip {
  const { name, keypoint, score, imageShape } = annotation;
  const [M, T, V, C] = keypoint.shape as readonly [number, number, number, number];
  const clip = createClip([3, T, V, M]);
  const channel = T * V * M;
  const [height, width] = imageShape ?? [0, 0];
  let point = 0;
  for (let m = 0; m < M; m++) {
    for (let t = 0; t < T; t++) {
      for (let v = 0; v < V; v++, point++) {
        const to = (t * V + v) * M + m;
        const [x, y] = [keypoint.data[point * C], keypoint.data[point * C + 1]] as [number, number];
        const z = (
          score === undefined ? keypoint.data[point * C + 2] : score.data[point]
        ) as number;
        const isSeen = score !== undefined && (x !== 0 || y !== 0 || z !== 0);
        clip.data[to] = isSeen ? fromMiddle(x, width) : x;
        clip.data[to + channel] = isSeen ? fromMiddle(y, height) : y;
        clip.data[to + 2 * channel] = z;
      }
    }
  }
  if (allFinite(clip.data)) return clip;
  const { channel: c, frame, joint, person } = firstNonFinite(clip) as ClipIndex;
  const place = `channel ${c}, frame ${frame}, joint ${joint}, person ${person}`;
  throw new FormatError(
    path,
    `clip ${name}: expected finite coordinates, got NaN or infinity at ${place}`,
  );
}

/** Maps [0, size] to [-1, 1], rounded to float32 at each operation, as in PYSKL. */
function fromMiddle(x: number, size: number): number {
  return Math.fround(Math.fround(x - size / 2) / (size / 2));
}

/**
 * The contents of a pickle of `{split, annotations}`, whether its arrays have been read or not.
 *
 * @throws FormatError as {@link parsePyskl}, except for coordinates.
 */
export function pysklOf<Numbers extends NdArray | PickledArray>(
  value: Pickled,
  path: string,
): Pyskl<Numbers> {
  const isBare = isPickledList(value);
  const root = isBare ? undefined : dictOf(value, 'the file', path);
  const list = isBare ? value : listOf(root?.get('annotations'), 'annotations', path);
  const problems: PysklProblem[] = [];
  const seen = new Set<string>();
  const read = list.flatMap((item, i): readonly PysklAnnotation<Numbers>[] => {
    const place = `annotations[${i}]`;
    let annotation: PysklAnnotation<Numbers> | undefined;
    const reason = problemOf(() => (annotation = annotationOf<Numbers>(item, place, path)), path);
    if (annotation === undefined) {
      problems.push({ clip: nameOf(item) ?? place, reason: reason ?? '' });
      return [];
    }
    const { name } = annotation;
    if (seen.has(name)) {
      problems.push({ clip: name, reason: `${place}: expected each name once, got ${name} twice` });
      return [];
    }
    seen.add(name);
    return [annotation];
  });
  const flat = read.filter(({ score }) => score !== undefined).length;
  const isFlat = 2 * flat === read.length ? read[0]?.score !== undefined : 2 * flat > read.length;
  const annotations = read.filter(({ name, score }) => {
    if ((score !== undefined) === isFlat) return true;
    problems.push({ clip: name, reason: `clip ${name}: expected the layout of the other clips` });
    return false;
  });
  requireSome(annotations.length, problems, path);
  const splits = root === undefined ? new Map() : splitsOf(root.get('split'), path);
  if (root !== undefined && splits.size === 0) {
    throw new FormatError(path, 'split: expected splits, got none');
  }
  return { layout: isFlat ? 'coco-17' : 'kinect-v2', splits, annotations, problems };
}

function nameOf(annotation: Pickled): string | undefined {
  if (!(annotation instanceof Map)) return undefined;
  const fields = annotation as ReadonlyMap<Pickled, Pickled>;
  return pickledText(fields.get('frame_dir') ?? fields.get('filename'));
}

function splitsOf(value: Pickled | undefined, path: string): Pyskl['splits'] {
  const entries = [...dictOf(value, 'split', path)].map(([name, names]) => {
    const split = textOf(name, 'the name of a split', path);
    const list = listOf(names, `split ${split}`, path);
    return [split, list.map((clip) => textOf(clip, `split ${split}`, path))] as const;
  });
  return new Map(entries);
}

function annotationOf<Numbers extends NdArray | PickledArray>(
  value: Pickled,
  place: string,
  path: string,
): PysklAnnotation<Numbers> {
  const fields = dictOf(value, place, path);
  const name = textOf(
    fields.get('frame_dir') ?? fields.get('filename'),
    `${place}.frame_dir`,
    path,
  );
  const fail = (field: string, wanted: string): FormatError =>
    new FormatError(
      path,
      `${name}: ${field}: expected ${wanted}, got ${pickledKind(fields.get(field))}`,
    );
  const count = (field: string, least: number, most: number): number => {
    const number = oneNumber(fields.get(field));
    if (number !== undefined && Number.isInteger(number) && number >= least && number <= most) {
      return number;
    }
    throw fail(field, `an integer in [${least}, ${most}]`);
  };
  const frames = count('total_frames', 1, MAX_FRAMES);
  const label = count('label', 0, MAX_CLASSES - 1);
  const keypoint = floatsOf<Numbers>(fields.get('keypoint'));
  const [M = 0, T, V, C, ...more] = keypoint?.shape ?? [];
  const is3d = V === layoutOf('kinect-v2').joints.length && C === 3;
  const is2d = V === layoutOf('coco-17').joints.length && C === 2;
  if (keypoint !== undefined && M < 1) throw fail('keypoint', 'at least one person');
  if (keypoint === undefined || T !== frames || !(is3d || is2d) || more.length > 0) {
    throw fail('keypoint', `floats [M, ${frames}, 25, 3] or [M, ${frames}, 17, 2]`);
  }
  if (is3d) return { name, label, frames, keypoint };
  const score = floatsOf<Numbers>(fields.get('keypoint_score'));
  if (score === undefined || score.shape.join() !== [M, frames, V].join()) {
    throw fail('keypoint_score', `floats [${[M, frames, V].join(', ')}]`);
  }
  const imageShape = fewNumbers(fields.get('img_shape'));
  if (!isImageShape(imageShape)) throw fail('img_shape', 'a height and a width');
  return { name, label, frames, keypoint, score, imageShape };
}

function floatsOf<Numbers extends NdArray | PickledArray>(
  value: Pickled | undefined,
): Numbers | undefined {
  return isPickledArray(value) && value.dtype.startsWith('float') ? (value as Numbers) : undefined;
}

function isImageShape(
  sizes: readonly number[] | undefined,
): sizes is readonly [height: number, width: number] {
  return sizes?.length === 2 && sizes.every((size) => size > 0 && size < 2 ** 20);
}

function dictOf(
  value: Pickled | undefined,
  place: string,
  path: string,
): ReadonlyMap<Pickled, Pickled> {
  if (value instanceof Map) return value as ReadonlyMap<Pickled, Pickled>;
  throw new FormatError(path, `${place}: expected a dict, got ${pickledKind(value)}`);
}

function listOf(value: Pickled | undefined, place: string, path: string): readonly Pickled[] {
  if (isPickledList(value)) return value;
  throw new FormatError(path, `${place}: expected a list, got ${pickledKind(value)}`);
}

function textOf(value: Pickled | undefined, place: string, path: string): string {
  const text = pickledText(value);
  if (text !== undefined) return text;
  throw new FormatError(path, `${place}: expected a text, got ${pickledKind(value)}`);
}
