import { expectObject } from '@halp/random/check';
import { type Clip, type Layout, type LayoutName, layoutOf } from '@halp/skeleton';
import { selectBodies } from '../clip/bodies.ts';
import type { Recording } from '../clip/recording.ts';
import type { Preparation } from '../prepared/preparation.ts';

/** A clip as recorded, before filling, centring and rotating, and how `prepare` prepares it. */
export interface RawClip {
  /** `[C, T, V, M]`, as recorded. */
  readonly clip: Clip;
  /** The joints. */
  readonly layout: LayoutName | Layout;
  /** How clips of this format are prepared. */
  readonly preparation: Preparation;
  /** Whether the meaning of the channels is known; false for a bare file with the joints of a 2-D detector. Default: true. */
  readonly channelsStated?: boolean | undefined;
  /** The whole recording, if persons are selected from the detected bodies. */
  readonly recording?: Recording | undefined;
}

/** The persons of a clip that is prepared from a recording. */
const RECORDED_PERSONS = 2;

/**
 * The clip with the persons that preparation selects by `bodies`: two bodies of a recording; any other clip is returned as
 * it is.
 */
export function chosenPersons(raw: RawClip, bodies: Preparation['bodies']): Clip {
  expectObject('chosenPersons', raw, 'a raw clip');
  if (raw.recording === undefined) return raw.clip;
  const by = bodies === 'position' ? 'position' : 'energy';
  return selectBodies(raw.recording, RECORDED_PERSONS, { by });
}

/** Whether the third channel can be a detector's score: all numbers are in [0, 1], and one is above 0. */
export function looksLikeScores({ clip, layout }: Pick<RawClip, 'clip' | 'layout'>): boolean {
  if (layoutOf(layout).hasSpine || clip.shape[0] < 3) return false;
  const channel = clip.data.length / clip.shape[0];
  const third = clip.data.subarray(2 * channel, 3 * channel);
  return third.some((value) => value > 0) && third.every((value) => value >= 0 && value <= 1);
}
