import { FormatError, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { type Layout, type LayoutName, layoutOf } from '@halp/skeleton';
import { DATA_NAME, isDataName } from '../../prepared/data-name.ts';
import { layoutIn, type Part, parts } from '../../prepared/manifest.ts';
import type { Preparation } from '../../prepared/preparation.ts';
import { clipProblem } from '../../record/clip-problem.ts';
import { type JsonObject, kindOf, parseJsonObject } from '../../text/json.ts';
import { isCount, isName, listIn, objectIn } from '../../text/json-values.ts';

/** An entry of clips.json. */
export interface OwnClip {
  /** The path of the `.csv` or `.json` file from the folder of clips.json, with `/` between folders. */
  readonly file: string;
  /** Its class, an index into the classes. */
  readonly label: number;
  /** Its part. */
  readonly split: Part;
  /** The performer. */
  readonly subject?: number | undefined;
  /** The camera or view. */
  readonly camera?: number | undefined;
}

/** The contents of clips.json, the description of a folder of clips. */
export interface OwnClips {
  /** The data set's name. */
  readonly name: string;
  /** The joints of every clip, in order: the name of a built-in layout, or the whole layout. */
  readonly layout: LayoutName | Layout;
  /** The meaning of the three numbers of a joint: x, y, z, or x, y and a detector's score. */
  readonly channels: Preparation['channels'];
  /** Frames a second; only written to dataset.json. */
  readonly fps: number;
  /** The maximum number of persons in a clip. Default: 1. */
  readonly persons: number;
  /** The names of the classes. Default: the labels in alphabetical order. */
  readonly classes: readonly string[];
  /** The valid entries. */
  readonly clips: readonly OwnClip[];
  /** The problems of the invalid entries. */
  readonly problems: readonly OwnClipProblem[];
}

/** An invalid entry of clips.json. */
export interface OwnClipProblem {
  /** Its place, such as `clips[3]`. */
  readonly place: string;
  /** The expected and the actual value. */
  readonly reason: string;
}

/** The maximum number of person slots. */
const MAX_PERSONS = 10;
const keys = ['name', 'layout', 'channels', 'fps', 'persons', 'classes', 'clips'];
const clipKeys = ['file', 'label', 'split', 'subject', 'camera'];

/**
 * The description in the bytes of a clips.json, see `planOwnClips`.
 *
 * A label is the name of a class, or its index in `classes`. An invalid entry, or one whose file was listed before, is one of
 * the problems.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the file has another form, a key is unknown, or no entry is valid.
 */
export function parseOwnClips(input: TextBytes, path: string): OwnClips {
  const bytes = textFileBytes('parseOwnClips', input);
  const json = parseJsonObject(bytes, path);
  requireKeys(json, keys, 'clips.json', path);
  const { name, fps, persons = 1, classes: named } = json;
  const wrong = (key: string, wanted: string): FormatError =>
    new FormatError(path, `${key}: expected ${wanted}, got ${kindOf(json[key])}`);
  if (typeof name !== 'string' || !isDataName(name)) {
    throw wrong('name', DATA_NAME);
  }
  const layout = layoutIn(json['layout'], path);
  if (typeof fps !== 'number' || !(fps > 0) || fps > 10_000) {
    throw wrong('fps', 'frames a second, above 0');
  }
  if (!isCount(persons) || persons < 1 || persons > MAX_PERSONS) {
    throw wrong('persons', `a number from 1 to ${MAX_PERSONS}`);
  }
  const list = listIn(json['clips'], undefined, 'clips', path);
  if (list.length === 0) throw wrong('clips', 'at least one clip');
  const classes = named === undefined ? classesOf(list) : classNames(named, path);
  const places = new Map(classes.map((label, place) => [label, place]));
  const clips: OwnClip[] = [];
  const problems: OwnClipProblem[] = [];
  const seen = new Map<string, string>();
  let first: FormatError | undefined;
  for (const [i, value] of list.entries()) {
    const place = `clips[${i}]`;
    try {
      const entry = objectIn(value, place, path);
      if (named === undefined) requireClassName(entry['label'], place, path);
      const clip = clipOf(entry, place, places, path);
      requireNew(clip, seen, path);
      clips.push(clip);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      first ??= error;
      problems.push({ place, reason: clipProblem(error, path).problem });
    }
  }
  if (clips.length === 0 && first !== undefined) throw first;
  const channels = channelsOf(json['channels'], layout, path);
  return { name, layout, channels, fps, persons, classes, clips, problems };
}

/** The channels; required for the layouts of 2-D detectors, where z and a score cannot be distinguished. */
function channelsOf(
  value: unknown,
  layout: LayoutName | Layout,
  path: string,
): Preparation['channels'] {
  if (value === 'xyz' || value === 'xy-score') return value;
  if (value === undefined && layoutOf(layout).hasSpine) return 'xyz';
  const wanted = `"xyz" or "xy-score" for ${layoutOf(layout).name}, the meaning of the three numbers of a joint`;
  throw new FormatError(path, `channels: expected ${wanted}, got ${kindOf(value)}`);
}

function classNames(value: unknown, path: string): readonly string[] {
  const names = listIn(value, undefined, 'classes', path);
  const seen = new Set<unknown>();
  const odd = names.findIndex((name) => !isName(name) || seen.size === seen.add(name).size);
  if (odd >= 0 || names.length === 0) {
    const got = names.length === 0 ? 'none' : kindOf(names[odd]);
    throw new FormatError(path, `classes: expected the name of each class once, got ${got}`);
  }
  return names as readonly string[];
}

/** The labels in alphabetical order. */
function classesOf(entries: readonly unknown[]): readonly string[] {
  const labels = entries.flatMap((entry) => {
    const label = (entry as Partial<JsonObject> | null)?.['label'];
    return isName(label) ? [label] : [];
  });
  return [...new Set(labels)].sort((a, b) => (a < b ? -1 : 1));
}

function requireClassName(label: unknown, place: string, path: string): void {
  if (isName(label)) return;
  const advice = isCount(label) ? '; a number needs "classes"' : '';
  const problem = `${place}.label: expected the name of a class, got ${kindOf(label)}${advice}`;
  throw new FormatError(path, problem);
}

function clipOf(
  entry: JsonObject,
  place: string,
  classes: ReadonlyMap<string, number>,
  path: string,
): OwnClip {
  requireKeys(entry, clipKeys, place, path);
  const wrong = (key: string, wanted: string): FormatError =>
    new FormatError(path, `${place}.${key}: expected ${wanted}, got ${kindOf(entry[key])}`);
  const { file, label: given, subject, camera } = entry;
  if (!isName(file) || !/\.(csv|json)$/.test(file)) throw wrong('file', 'a .csv or .json file');
  if (/^([\\/]|[A-Za-z]:)|\\|(^|\/)\.\.?(\/|$)|\/\//.test(file)) {
    throw wrong('file', 'a path from the folder of clips.json, with "/" between folders');
  }
  const label = typeof given === 'string' ? classes.get(given) : given;
  if (!isCount(label) || label >= classes.size) {
    throw wrong('label', `one of the ${classes.size} classes, or its index from 0`);
  }
  const split = parts.find((part) => part === entry['split']);
  if (split === undefined) throw wrong('split', parts.map((part) => `"${part}"`).join(' or '));
  if (subject !== undefined && !isCount(subject)) throw wrong('subject', 'a number');
  if (camera !== undefined && !isCount(camera)) throw wrong('camera', 'a number');
  return { file, label, split, subject, camera };
}

/** The name of a clip: its file without extension. */
export function ownClipName({ file }: Pick<OwnClip, 'file'>): string {
  return file.replace(/\.[a-z]+$/, '');
}

function requireNew(clip: OwnClip, seen: Map<string, string>, path: string): void {
  const name = ownClipName(clip);
  const other = seen.get(name);
  if (other !== undefined) {
    const got = other === clip.file ? `${other} twice` : `${other} and ${clip.file}`;
    throw new FormatError(path, `clips: expected each name once, got ${got}`);
  }
  seen.set(name, clip.file);
}

function requireKeys(
  json: JsonObject,
  known: readonly string[],
  place: string,
  path: string,
): void {
  const odd = Object.keys(json).find((key) => !known.includes(key));
  if (odd !== undefined) {
    throw new FormatError(path, `${place}: expected ${known.join(', ')}, got ${kindOf(odd)}`);
  }
}
