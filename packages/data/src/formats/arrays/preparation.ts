import type { Layout } from '@halp/skeleton';
import type { ArraysFacts } from '../../dataset/source.ts';
import { type Preparation, withNormalisation } from '../../prepared/preparation.ts';

/**
 * How arrays that somebody else made were prepared, as far as it is stated; nothing is done with them.
 *
 * @throws RangeError if the layout has no spine, and it is not said what the channels are.
 */
export function arraysPreparation(
  caller: string,
  layout: Layout,
  { normalisation, channels }: ArraysFacts,
): Preparation {
  if (channels === undefined && !layout.hasSpine) {
    throw new RangeError(
      `${caller}: expected channels xyz or xy-score for ${layout.name}, got none; ` +
        'say whether the third number of a joint is z or a score',
    );
  }
  const unknown: Preparation = {
    ...{ channels: channels ?? 'xyz', up: 'unknown', unit: 'unknown' },
    ...{ normalisation: 'unknown', emptyFrames: 'kept', bodies: 'position' },
  };
  return normalisation === undefined ? unknown : withNormalisation(unknown, normalisation);
}
