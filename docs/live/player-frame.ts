import { onThemeChange } from './theme.ts';

/** A frame that shows players. */
export interface PlayerFrame {
  /** Shows the page of a player with this number of clips. */
  readonly show: (html: string, clips: number) => void;
  /** Removes the listeners. */
  readonly stop: () => void;
}

/** A frame for players, with as many rows as their clips need, in the colours of the site's theme. */
export function playerFrame(frame: HTMLIFrameElement): PlayerFrame {
  let page = '';
  let clips = 1;
  const makeRoom = (): void => {
    // Each clip is at least 300 pixels wide.
    const columns = Math.max(1, Math.floor((frame.clientWidth - 64) / 314));
    frame.style.setProperty('--rows', String(Math.ceil(clips / columns)));
  };
  let isDark = false;
  const draw = (): void => {
    isDark = isSiteDark();
    // A frame's media queries follow the system's theme, not the site's.
    frame.srcdoc = page.replaceAll('(prefers-color-scheme:dark)', isDark ? ' all' : ' not all');
  };
  const resized = new ResizeObserver(makeRoom);
  resized.observe(frame);
  const stopTheme = onThemeChange(() => {
    if (page !== '' && isSiteDark() !== isDark) draw();
  });
  return {
    show(html, count) {
      [page, clips] = [html, count];
      makeRoom();
      draw();
    },
    stop() {
      resized.disconnect();
      stopTheme();
    },
  };
}

function isSiteDark(): boolean {
  return document.documentElement.classList.contains('dark');
}
