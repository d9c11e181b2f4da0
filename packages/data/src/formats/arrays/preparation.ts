import type { Layout } from '@halp/skeleton';
import type { ArraysFacts } from '../../dataset/source.ts';
import { type Preparation, withNormalisation } from '../../prepared/preparation.ts';

/**
 * The preparation of arrays that other code made, as far as it is stated.
 *
 * @throws RangeError if the layout has no spine and the channels are not given.
 */
export function arraysPreparation(
  caller: string,
  layout: Layout,
  { normalisation, channels }: ArraysFacts,
): Preparation {
  if (channels === undefined && !layout.hasSpine) {
    throw new RangeError(
      `${caller}: expected channels xyz or xy-score for ${layout.name}, got none; ` +
        'state whether the third number of a joint is z or a score',
    );
  }
  const unknown: Preparation = {
    ...{ channels: channels ?? 'xyz', up: 'unknown', unit: 'unknown' },
    ...{ normalisation: 'unknown', emptyFrames: 'kept', bodies: 'position' },
  };
  return normalisation === undefined ? unknown : withNormalisation(unknown, normalisation);
}
