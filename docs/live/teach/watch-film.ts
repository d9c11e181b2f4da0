import type { Film } from './camera.ts';
import { sizeOf } from './pose/picture.ts';
import type { PoseTracker, Sight } from './pose/tracker.ts';
import type { Drawing } from './stage.ts';

/** Frames of a film in the last seconds. */
export interface Pace {
  /** Poses a second. */
  readonly poses: number;
  /** Frames a second that were left out because the machine was busy. */
  readonly dropped: number;
}

/** What is told of a film. */
export interface FilmListener {
  /** The next frame. */
  readonly onSight: (sight: Sight, seconds: number) => void;
  /** About once a second. */
  readonly onPace: (pace: Pace) => void;
  /** The film has ended, or was stopped. @param problem - Why, if it failed. */
  readonly onEnd: (problem?: unknown) => void;
}

/**
 * Finds a person in the frames of a film: always in the latest one, so that a slow machine leaves frames out and nothing piles
 * up. Returns a function that stops it.
 */
export function watchFilm(film: Film, tracker: PoseTracker, listener: FilmListener): () => void {
  const { video } = film;
  let stopped = false;
  const watch = async (): Promise<void> => {
    tracker.reset();
    let latest: number | undefined;
    let shown: number | undefined;
    let since = { now: performance.now(), poses: 0, dropped: 0 };
    while (!stopped && !video.ended) {
      const { seconds, presented } = await nextFrame(video);
      if (stopped) return;
      if (seconds === undefined || (latest !== undefined && seconds <= latest)) continue;
      latest = seconds;
      since.poses++;
      if (shown !== undefined) since.dropped += Math.max(0, presented - shown - 1);
      shown = presented;
      listener.onSight(await tracker.next(video, seconds), seconds);
      const passed = (performance.now() - since.now) / 1000;
      if (passed < 1) continue;
      listener.onPace({ poses: since.poses / passed, dropped: since.dropped / passed });
      since = { now: performance.now(), poses: 0, dropped: 0 };
    }
  };
  watch().then(
    () => listener.onEnd(),
    (error: unknown) => listener.onEnd(error),
  );
  return () => {
    stopped = true;
  };
}

/** The time of the next frame, and how many were presented before it; no time if none came within half a second. */
function nextFrame(
  video: HTMLVideoElement,
): Promise<{ readonly seconds: number | undefined; readonly presented: number }> {
  return new Promise((resolve) => {
    let handle = 0;
    const timer = setTimeout(() => {
      video.cancelVideoFrameCallback(handle);
      resolve({ seconds: undefined, presented: 0 });
    }, 500);
    handle = video.requestVideoFrameCallback((now, { mediaTime, presentedFrames }) => {
      clearTimeout(timer);
      // The media time of a camera starts anywhere, and may stand still.
      const seconds = video.srcObject === null ? mediaTime : now / 1000;
      resolve({ seconds, presented: presentedFrames });
    });
  });
}

/** A person over the film. */
export function drawingOf(
  { pose }: Sight,
  film: Film,
  bones: Drawing['bones'],
): Drawing | undefined {
  const { width, height } = sizeOf(film.video);
  if (pose === undefined || width === 0 || height === 0) return undefined;
  return {
    bones,
    ratio: width / height,
    points: pose.points.map(({ x, y, visibility }) => {
      if (visibility < 0.5) return undefined;
      const across = x / width;
      return [film.mirrored ? 1 - across : across, y / height] as const;
    }),
  };
}
