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

/** A recording, synthetic or read from a file. */
export interface Source {
  /** Its name, with its class if known. */
  readonly title: string;
  /** The sensor's data. */
  readonly recording: Recording;
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
  return { title: known === undefined ? name : `${name}, ${known}`, recording };
}

/** The two bodies that move most, normalised as for training or in sensor coordinates. */
export function clipOf({ recording }: Source, normalised: boolean): Clip {
  const clip = selectBodies(recording, 2);
  return normalised ? normaliseClip(clip, kinectV2, { fillTo: clip.shape[1] }) : clip;
}

/** A sentence with the numbers of frames, bodies, empty frames and jumps of a clip. */
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
  return `${plural(frames, 'frame')}, at most ${plural(bodies, 'body', 'bodies')} at once; ${people.join('; ') || 'no person'}`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
