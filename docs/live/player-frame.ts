/** Gives the frame of a player as many rows as it needs for this many clips, each at least 300 pixels wide. */
export function makeRoom(frame: HTMLIFrameElement, clips: number): void {
  const columns = Math.max(1, Math.floor((frame.clientWidth - 64) / 314));
  frame.style.setProperty('--rows', String(Math.ceil(clips / columns)));
}
