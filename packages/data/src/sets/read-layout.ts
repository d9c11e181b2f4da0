import { expectText, nearestName } from '@halp/random/check';
import { isLayoutName, type Layout, layoutNames, layoutOf } from '@halp/skeleton';
import { readWhole } from '../disk/read-whole.ts';
import { layoutIn } from '../prepared/manifest.ts';
import { parseJson } from '../text/json.ts';

/**
 * The layout of a name, or the one in a JSON file, `{ "name", "joints", "bones" }` and optional fields; see `createLayout`
 * of `@halp/skeleton`.
 *
 * @param layout - The name of a built-in layout, or the path of a `.json` file.
 * @throws RangeError for any other text.
 * @throws FormatError if the file is missing or holds no layout; the message names the first fault.
 */
export async function readLayout(layout: string): Promise<Layout> {
  expectText('readLayout', 'a name or path', layout);
  if (isLayoutName(layout)) return layoutOf(layout);
  if (layout.toLowerCase().endsWith('.json')) {
    return layoutOf(layoutIn(parseJson(await readWhole(layout), layout), layout));
  }
  const near = nearestName(layout, layoutNames);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new RangeError(
    `readLayout: expected ${layoutNames.join(', ')} or a .json file, got ${layout}${hint}`,
  );
}
