import type { Frame } from '@halp/live';
import { type Clip, layoutOf } from '@halp/skeleton';
import { framesToPlay, RATE } from './performance.ts';
import type { Take } from './read-file.ts';
import type { Drawing } from './stage.ts';

/** What the player tells. */
export interface PlayerListener {
  /** A recording begins. */
  readonly onBegin: (take: Take, index: number) => Promise<void>;
  /** The next frame. */
  readonly onFrame: (frame: Frame, seconds: number, drawing: Drawing) => void;
  /** The last recording has ended, or the player was stopped. @param problem - Why, if it failed. */
  readonly onEnd: (problem?: unknown) => void;
}

/** The time between two recordings, in seconds of the stream. */
const BETWEEN = 1;
/** A page that was hidden or busy for longer than this goes on where it was, in seconds. */
const LATE = 0.5;

/**
 * Plays recordings one after another, as a stream of 30 frames a second: frame i of a recording has the time
 * start + i / 30. Returns a function that stops it.
 */
export function playTakes(takes: readonly Take[], listener: PlayerListener): () => void {
  let stopped = false;
  const play = async (): Promise<void> => {
    let start = 0;
    for (const [index, take] of takes.entries()) {
      const frames = framesToPlay(take.clip);
      await listener.onBegin(take, index);
      const draw = drawingsOf(take);
      let begun = await nextPicture();
      for (const [i, frame] of frames.entries()) {
        let now = performance.now();
        while (!stopped && now < begun + (1000 * i) / RATE) now = await nextPicture();
        if (stopped) return;
        const late = now - begun - (1000 * i) / RATE;
        if (late > 1000 * LATE) begun += late;
        listener.onFrame(frame, start + i / RATE, draw(frame));
      }
      start += frames.length / RATE + BETWEEN;
    }
  };
  play().then(
    () => listener.onEnd(),
    (error: unknown) => listener.onEnd(error),
  );
  return () => {
    stopped = true;
  };
}

function nextPicture(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
}

/** Frames of a recording seen from the front, so that the whole recording fits. */
function drawingsOf({ clip, layout }: Take): (frame: Frame) => Drawing {
  const { bones } = layoutOf(layout);
  const { left, right, bottom, top } = boundsOf(clip);
  const size = 1.15 * Math.max(right - left, (top - bottom) * (4 / 3), 0.1);
  const [middle, height] = [(left + right) / 2, (bottom + top) / 2];
  return (frame) => ({
    bones,
    ratio: 4 / 3,
    points: frame.map((joint) => {
      const [x = 0, y = 0, z = 0] = joint as readonly number[];
      if (x === 0 && y === 0 && z === 0) return undefined;
      return [0.5 + (x - middle) / size, 0.5 - ((y - height) / size) * (4 / 3)] as const;
    }),
  });
}

function boundsOf({
  data,
  shape: [, T, V],
}: Clip): Record<'left' | 'right' | 'bottom' | 'top', number> {
  const bounds = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < T * V; i++) {
    const [x, y] = [data[i] as number, data[T * V + i] as number];
    if (x === 0 && y === 0) continue;
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.bottom = Math.min(bounds.bottom, y);
    bounds.top = Math.max(bounds.top, y);
  }
  return bounds;
}
