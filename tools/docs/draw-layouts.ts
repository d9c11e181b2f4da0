/**
 * Draws every built-in layout for docs/layouts.md, and prints the lists of joints for that page; a test compares both.
 * Usage: npm run docs:layouts
 */
import { writeFileAtomic } from '@halp/files/node';
import { layoutNames, layoutOf } from '@halp/skeleton';
import { jointList, layoutPicture } from './layout-picture.ts';

for (const name of layoutNames) {
  const layout = layoutOf(name);
  await writeFileAtomic(`docs/layouts/${name}.svg`, layoutPicture(layout));
  console.log(`${name}\n${jointList(layout)}\n`);
}
