import { expectOptions } from '@halp/random/check';
import { type Clip, type LayoutName, layoutOf } from '@halp/skeleton';
import { selectBodies } from '../clip/bodies.ts';
import type { Recording } from '../clip/recording.ts';
import type { Preparation } from '../prepared/preparation.ts';

/** A clip as its reader gives it, before anything is filled, centred or turned, and how `halp prepare` prepares it. */
export interface RawClip {
  /** `[C, T, V, M]`, as recorded. */
  readonly clip: Clip;
  /** The joints. */
  readonly layout: LayoutName;
  /** How clips of this format are prepared. */
  readonly preparation: Preparation;
  /** Whether somebody said what the channels are. Default: true; false of a bare file of a detector's joints. */
  readonly channelsStated?: boolean | undefined;
  /** The whole recording, where persons are chosen from the bodies that the sensor saw. */
  readonly recording?: Recording | undefined;
}

/** Persons of a prepared clip of a recording. */
const RECORDED_PERSONS = 2;

/**
 * The persons of a raw clip that preparation chooses, by `bodies`: of a recording two of the bodies, else the clip as it
 * is.
 */
export function chosenPersons(raw: RawClip, bodies: Preparation['bodies']): Clip {
  expectOptions('chosenPersons', raw, 'a raw clip');
  if (raw.recording === undefined) return raw.clip;
  const by = bodies === 'position' ? 'position' : 'energy';
  return selectBodies(raw.recording, RECORDED_PERSONS, { by });
}

/** Whether the third channel can be a detector's score: every number in [0, 1], one of them above 0. */
export function looksLikeScores({ clip, layout }: Pick<RawClip, 'clip' | 'layout'>): boolean {
  if (layoutOf(layout).hasSpine || clip.shape[0] < 3) return false;
  const channel = clip.data.length / clip.shape[0];
  const third = clip.data.subarray(2 * channel, 3 * channel);
  return third.some((value) => value > 0) && third.every((value) => value >= 0 && value <= 1);
}
