import {
  clipStatistics,
  formatNtuName,
  normaliseClip,
  ntuClasses,
  type NtuName,
  parseNtuName,
  parseNtuSkeleton,
  type Recording,
  selectBodies,
  syntheticClasses,
  syntheticRecording,
} from '@halp/data';
import { createRandom } from '@halp/random';
import { type Clip, type LayoutName, layoutOf } from '@halp/skeleton';
import { expectDrawable } from '../limits.ts';
import type { OwnClip } from '../reading/own-clip.ts';

/** A recording, synthetic or read from a file. */
export interface Source {
  /** Its name, with its class if known. */
  readonly title: string;
  /** Its class, if known. */
  readonly truth?: string;
  /** The sensor's data. */
  readonly recording: Recording;
}

/** A clip of a `.csv` or `.json` file. */
export interface OwnSource extends OwnClip {
  /** Its name. */
  readonly title: string;
}

/** What the page can show. */
export type Shown = Source | OwnSource;

/** The layout of a clip: that of Kinect v2 for a recording. */
export function layoutOfShown(shown: Shown): LayoutName {
  return 'clip' in shown ? shown.layout : 'kinect-v2';
}

/** A synthetic recording of one performer, action and camera. */
export function syntheticSource(choice: Pick<NtuName, 'action' | 'subject' | 'camera'>): Source {
  const name: NtuName = { ...choice, setup: 1, replication: 1 };
  const title = `${formatNtuName(name)}, ${syntheticClasses[name.action - 1]}`;
  return { title, recording: syntheticRecording(name, createRandom(0)) };
}

/**
 * Parses the bytes of a `.skeleton` file.
 *
 * @throws FormatError if the bytes are not a `.skeleton` file. The message names the line.
 */
export function fileSource(bytes: Uint8Array, file: string): Source {
  // Checked before the frames are parsed: the first line holds their number, and the parser reads no more.
  const declared = Number.parseInt(new TextDecoder().decode(bytes.subarray(0, 32)), 10);
  if (declared > 0) expectDrawable(declared, file);
  const recording = parseNtuSkeleton(bytes, file);
  expectDrawable(recording.frames.length, file);
  const name = file.replace(/\.skeleton$/i, '');
  const action = parseNtuName(name)?.action;
  const known = action === undefined ? undefined : ntuClasses[action - 1];
  return known === undefined
    ? { title: name, recording }
    : { title: `${name}, ${known}`, truth: known, recording };
}

/** How many bodies of a recording are shown: those that move most. */
const BODIES = 2;

/** The clip, normalised as for training or in its own coordinates. */
export function clipOf(shown: Shown, normalised: boolean): Clip {
  const clip = 'clip' in shown ? shown.clip : selectBodies(shown.recording, BODIES);
  if (!normalised) return clip;
  return normaliseClip(clip, layoutOfShown(shown), { fillTo: clip.shape[1] });
}

/** A sentence with the numbers of frames, joints, bodies, empty frames and jumps of a clip. */
export function factsOf(shown: Shown): string {
  const { frames, persons } = clipStatistics(clipOf(shown, false));
  const layout = layoutOf(layoutOfShown(shown));
  const bodies = bodiesOf(shown);
  const left =
    bodies > BODIES && !('clip' in shown) ? ` (the ${BODIES} that move most are shown)` : '';
  const people = persons.flatMap(({ empty, emptyFrames, jumps }, person) =>
    empty
      ? []
      : [
          `person ${person}: ${plural(emptyFrames, 'empty frame')}, ${plural(jumps.length, 'jump')} of a joint`,
        ],
  );
  return (
    `${plural(frames, 'frame')}, ${layout.joints.length} joints (${layout.name}), ` +
    `at most ${plural(bodies, 'body', 'bodies')} at once${left}; ${people.join('; ') || 'no person'}`
  );
}

function bodiesOf(shown: Shown): number {
  if ('clip' in shown) return shown.persons;
  return Math.max(0, ...shown.recording.frames.map(({ length }) => length));
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
