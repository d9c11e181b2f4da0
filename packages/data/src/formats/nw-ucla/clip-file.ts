import { FormatError, type TextBytes } from '@halp/files';
import { textFileBytes } from '@halp/files/check';
import { expectText } from '@halp/random/check';
import { type Clip, createClip, kinectV1 } from '@halp/skeleton';
import type { Part } from '../../prepared/manifest.ts';
import { kindOf, parseJsonObject } from '../../text/json.ts';
import { float32In, listIn } from '../../text/json-values.ts';

/** The ten classes of NW-UCLA in the order of its labels 1 to 10 (here 0 to 9). */
export const nwUclaClasses: readonly string[] = [
  'pick up with one hand',
  'pick up with two hands',
  'drop trash',
  'walk around',
  'sit down',
  'stand up',
  'donning',
  'doffing',
  'throw',
  'carry',
];

/** The action number (the aXX of a name) of each class. */
const actionOfClass: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 9, 11, 12];

/** The number of clips of the complete NW-UCLA: views 1 and 2 for training, view 3 for testing. */
export const nwUclaCounts: Readonly<Record<Part, number>> = {
  train: 1020,
  test: 464,
};

/** The facts in the name of an NW-UCLA file, such as a01_s02_e03_v01. */
export interface NwUclaName {
  /** The class, 0 to 9. */
  readonly label: number;
  /** The performer, 1 to 10. */
  readonly subject: number;
  /** The execution of the action by the performer. */
  readonly execution: number;
  /** The view, 1 to 3. */
  readonly camera: number;
}

/** The facts in a name; undefined for any other text, also for an unknown action or view. */
export function parseNwUclaName(name: string): NwUclaName | undefined {
  expectText('parseNwUclaName', 'a name', name);
  const match = /^a(\d\d)_s(\d\d)_e(\d\d)_v0([123])$/i.exec(name);
  if (match === null) return undefined;
  const [action, subject, execution, camera] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const label = actionOfClass.indexOf(action);
  return label < 0 ? undefined : { label, subject, execution, camera };
}

/** The contents of a file of NW-UCLA. */
export interface NwUclaFile extends NwUclaName {
  /** The name in the file, without extension. */
  readonly name: string;
  /** The joints as recorded, `[3, T, 20, 1]` in metres. */
  readonly clip: Clip;
}

/**
 * The recording in the bytes of an NW-UCLA JSON file:
 * `{"file_name": "aXX_sXX_eXX_vXX", "skeletons": [T][20][3], "label": 1..10}`.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the file is not JSON, a field is missing, a frame does not have 20 joints of 3 finite numbers, or
 * the label differs from the action in the name.
 */
export function parseNwUcla(input: TextBytes, path: string): NwUclaFile {
  const bytes = textFileBytes('parseNwUcla', input);
  const file = parseJsonObject(bytes, path);
  const name = file['file_name'];
  const facts = typeof name === 'string' ? parseNwUclaName(name) : undefined;
  if (typeof name !== 'string' || facts === undefined) {
    throw new FormatError(path, `expected a file_name like a01_s01_e00_v01, got ${kindOf(name)}`);
  }
  if (file['label'] !== facts.label + 1) {
    throw new FormatError(
      path,
      `expected label ${facts.label + 1} for ${name}, got ${kindOf(file['label'])}`,
    );
  }
  return { ...facts, name, clip: clipOf(file['skeletons'], path) };
}

function clipOf(skeletons: unknown, path: string): Clip {
  const frames = listIn(skeletons, undefined, 'skeletons', path);
  const V = kinectV1.joints.length;
  const T = frames.length;
  if (T === 0) throw new FormatError(path, 'expected at least one frame, got none');
  const clip = createClip([3, T, V, 1]);
  frames.forEach((frame, t) => {
    listIn(frame, V, `frame ${t}`, path).forEach((joint, v) => {
      listIn(joint, 3, `joint ${v} of frame ${t}`, path).forEach((value, c) => {
        const place = `coordinate ${c} of joint ${v} of frame ${t}`;
        clip.data[(c * T + t) * V + v] = float32In(value, place, path);
      });
    });
  });
  return clip;
}
