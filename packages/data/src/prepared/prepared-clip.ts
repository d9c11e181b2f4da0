import {
  expectObject,
  expectOptions,
  expectPositiveIntegers,
  type OptionNames,
} from '@halp/random/check';
import { type Clip, createClip, type Layout, type LayoutName } from '@halp/skeleton';
import { expectClip, expectLayout } from '@halp/skeleton/check';
import { centerClip } from '../clip/center.ts';
import { fillEmptyFrames } from '../clip/fill.ts';
import { minMaxClip } from '../clip/min-max.ts';
import { normaliseClip } from '../clip/normalise.ts';
import { yawClip } from '../clip/yaw.ts';
import type { Preparation } from './preparation.ts';

/** The length of a prepared clip. */
export interface PreparedClipOptions {
  /** T of a clip with `emptyFrames: 'filled'`; the first frames do not depend on it. Default: the clip's own frames. */
  readonly frames?: number | undefined;
}

const optionNames: OptionNames<PreparedClipOptions> = {
  frames: true,
};

/**
 * The prepared form of a raw clip `[3, T, V, M]`. It is used both for the clips of prepared sets and for raw files that an
 * encoder sees later, so that both are equal, bit for bit.
 *
 * Empty frames are processed first, then the normalisation. The raw clip is not changed.
 *
 * @throws RangeError if the clip has other joints than `layout`, not 3 channels, or more than `frames` frames; if empty frames
 * are to be removed and no frame has a person.
 */
export function preparedClip(
  raw: Clip,
  skeleton: Layout | LayoutName,
  preparation: Pick<Preparation, 'normalisation' | 'emptyFrames'>,
  options: PreparedClipOptions = {},
): Clip {
  expectClip('preparedClip', raw);
  const layout = expectLayout('preparedClip', skeleton);
  const { normalisation, emptyFrames } = expectObject(
    'preparedClip',
    preparation,
    'a preparation { normalisation, emptyFrames }',
  );
  const { frames = raw.shape[1] } = expectOptions('preparedClip', options, optionNames);
  expectPositiveIntegers('preparedClip', { frames });
  const clip = framesOf(raw, emptyFrames, frames);
  switch (normalisation) {
    case 'none':
    case 'unknown':
      return clip;
    case 'upright':
      return normaliseClip(clip, layout);
    case 'center':
      return centerClip(clip, layout);
    case 'yaw':
      return yawClip(clip, layout);
    case 'min-max':
      return minMaxClip(clip, layout);
  }
}

function framesOf(raw: Clip, emptyFrames: Preparation['emptyFrames'], frames: number): Clip {
  switch (emptyFrames) {
    case 'kept':
      return raw;
    case 'filled':
      return fillEmptyFrames(raw, frames);
    case 'removed':
      return withFirstPerson(raw);
  }
}

/** The frames in which the first joint of person 0 was detected, as CrosSCLR and ActCLR select them. */
function withFirstPerson(clip: Clip): Clip {
  const [C, T, V, M] = clip.shape;
  const seen = Array.from({ length: T }, (_, t) => t).filter((t) => clip.data[t * V * M] !== 0);
  if (seen.length === 0) {
    throw new RangeError('preparedClip: expected a person in some frame, got none');
  }
  if (seen.length === T) return clip;
  const result = createClip([C, seen.length, V, M]);
  for (let c = 0; c < C; c++) {
    seen.forEach((from, to) => {
      const frame = clip.data.subarray((c * T + from) * V * M, (c * T + from + 1) * V * M);
      result.data.set(frame, (c * seen.length + to) * V * M);
    });
  }
  return result;
}
