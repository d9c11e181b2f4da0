import type { Preparation } from '@halp/data';

/** How clips are drawn of which it is known how they were prepared: which axis points up, and whether they are flat. */
export function viewOf(preparation: Preparation | undefined): {
  readonly up?: 'z' | 'y' | '-y' | undefined;
  readonly flat?: boolean | undefined;
} {
  if (preparation === undefined) return {};
  const { up, channels } = preparation;
  return { up: up === 'unknown' ? undefined : up, flat: channels === 'xy-score' };
}
