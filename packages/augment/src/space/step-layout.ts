import { gotText } from '@halp/random/check';
import { isLayoutName, type Layout, type LayoutName, layoutNames, layoutOf } from '@halp/skeleton';
import { madeFrom } from '@halp/skeleton/check';

/**
 * The layout of a step.
 *
 * @throws RangeError if it is neither the name of a built-in layout nor a valid layout.
 */
export function expectStepLayout(caller: string, layout: LayoutName | Layout): Layout {
  if (isLayoutName(layout)) return layoutOf(layout);
  if (typeof layout !== 'object' || (layout as Layout | null) === null) {
    throw new RangeError(
      `${caller}: expected a layout among ${layoutNames.join(', ')}, got ${gotText(layout)}`,
    );
  }
  const made = madeFrom(layout);
  if ('fault' in made) throw new RangeError(`${caller}: layout.${made.fault}`);
  return made;
}
