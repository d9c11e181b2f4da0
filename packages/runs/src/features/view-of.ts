import type { Preparation } from '@halp/data';

/** How clips are drawn of which it is known how they were prepared: which axis points up, and whether they are flat. */
export function viewOf(preparation: Preparation | undefined): {
  readonly up?: 'z' | 'y' | '-y';
  readonly flat?: boolean;
} {
  if (preparation === undefined) return {};
  const { up, channels } = preparation;
  return { ...(up === 'unknown' ? {} : { up }), flat: channels === 'xy-score' };
}
