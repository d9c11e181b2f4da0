import type { Preparation } from '@halp/data';

/** How prepared clips are drawn: which axis points up, and whether they are flat. */
export function viewOf(preparation: Preparation | undefined): {
  readonly up?: 'z' | 'y' | '-y' | undefined;
  readonly flat?: boolean | undefined;
} {
  if (preparation === undefined) return {};
  const { up, channels } = preparation;
  return { up: up === 'unknown' ? undefined : up, flat: channels === 'xy-score' };
}
