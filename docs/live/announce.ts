import { find } from './find.ts';

/** Tells screen readers a text, once the values that it has have not changed for half a second. */
export interface Announcer {
  /** Replaces the text. */
  readonly say: (text: string) => void;
  /** Stops. */
  readonly stop: () => void;
}

/** The announcer of a page: its element `spoken`, which has the role of a status. */
export function announcer(root: HTMLElement): Announcer {
  const spoken = find(root, '[data-part=spoken]', HTMLElement);
  let timer = 0;
  return {
    say(text) {
      clearTimeout(timer);
      timer = window.setTimeout(() => (spoken.textContent = text), 500);
    },
    stop: () => clearTimeout(timer),
  };
}
