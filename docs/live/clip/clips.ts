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
import { type Clip, kinectV2 } from '@halp/skeleton';
import { expectDrawable } from '../limits.ts';

/** A recording, made up or read from a file. */
export interface Source {
  /** Its name, and its class where it is known. */
  readonly title: string;
  /** What the sensor saw. */
  readonly recording: Recording;
}

/** A made-up recording: a performer does an action before a camera. */
export function syntheticSource(choice: Pick<NtuName, 'action' | 'subject' | 'camera'>): Source {
  const name: NtuName = { ...choice, setup: 1, replication: 1 };
  const title = `${formatNtuName(name)}, ${syntheticClasses[name.action - 1]}`;
  return { title, recording: syntheticRecording(name, createRandom(0)) };
}

/**
 * The recording in the bytes of a `.skeleton` file.
 *
 * @throws FormatError where the file is not one; its message names the line.
 */
export function fileSource(bytes: Uint8Array, file: string): Source {
  // Before the frames are read: the first line says how many follow, and the reader takes no more.
  const declared = Number.parseInt(new TextDecoder().decode(bytes.subarray(0, 32)), 10);
  if (declared > 0) expectDrawable(declared, file);
  const recording = parseNtuSkeleton(bytes, file);
  expectDrawable(recording.frames.length, file);
  const name = file.replace(/\.skeleton$/i, '');
  const action = parseNtuName(name)?.action;
  const known = action === undefined ? undefined : ntuClasses[action - 1];
  return { title: known === undefined ? name : `${name}, ${known}`, recording };
}

/** The two bodies that move most, as training sees them or in the sensor's own coordinates. */
export function clipOf({ recording }: Source, normalised: boolean): Clip {
  const clip = selectBodies(recording, 2);
  return normalised ? normaliseClip(clip, kinectV2, { fillTo: clip.shape[1] }) : clip;
}

/** What is worth knowing about a clip, in a sentence. */
export function factsOf(source: Source, clip: Clip): string {
  const { frames, persons } = clipStatistics(clip);
  const bodies = Math.max(...source.recording.frames.map(({ length }) => length));
  const people = persons.flatMap(({ empty, emptyFrames, jumps }, person) =>
    empty
      ? []
      : [
          `person ${person}: ${plural(emptyFrames, 'empty frame')}, ${plural(jumps.length, 'jump')} of a joint`,
        ],
  );
  return `${plural(frames, 'frame')}, at most ${plural(bodies, 'body', 'bodies')} at once; ${people.join('; ') || 'nobody in it'}`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
