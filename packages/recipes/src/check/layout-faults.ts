import { isLayoutName, type Layout, layoutNames, layoutOf, sameLayout } from '@halp/skeleton';
import { madeFrom } from '@halp/skeleton/check';
import { type Fault, hintFor, shown } from './fault.ts';

/** The layout of a recipe that is a name or an object; undefined if it is invalid. */
export function layoutIn(value: unknown): Layout | undefined {
  if (isLayoutName(value)) return layoutOf(value);
  return faultOf(value) === undefined ? (value as Layout) : undefined;
}

/** The faults of `data.layout`, unless it is missing. */
export function layoutFaults(recipe: unknown): Fault[] {
  const { data } = (recipe ?? {}) as { readonly data?: { readonly layout?: unknown } | null };
  const layout = data?.layout;
  if (layout === undefined || isLayoutName(layout)) return [];
  const fault = faultOf(layout);
  return fault === undefined ? [] : [{ path: 'data.layout', text: fault }];
}

function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const names = layoutNames.join(', ');
    return `expected one of ${names}, or a layout, got ${shown(value)}${hintFor(value, layoutNames)}`;
  }
  const made = madeFrom(value);
  if ('fault' in made) return made.fault;
  if (isWhole(value, made)) return undefined;
  return 'expected a whole layout, got one with joints by name or without defaults; pass it through createLayout of @halp/skeleton';
}

function isWhole(value: object, made: Layout): boolean {
  const { name, joints, bones, center, spine, shoulders, mirror, root, hasSpine } = value as Layout;
  const given = [center, spine, shoulders, mirror, root, hasSpine];
  return (
    given.every((each) => each !== undefined) &&
    sameLayout({ name, joints, bones, center, spine, shoulders, mirror, root, hasSpine }, made)
  );
}
