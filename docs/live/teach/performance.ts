import type { Frame } from '@halp/live';
import type { Clip } from '@halp/skeleton';

/** Frames a second of recordings. */
export const RATE = 30;
/** For how many frames the first pose is held before a recording. */
const BEFORE = 9;
/** For how many frames the last pose is held after a recording: longer than the pause that ends a movement. */
const AFTER = 27;

/** A recording as a stream: `RATE` frames a second, with the first pose held for 0.3 s before it and the last one for 0.9 s. */
export function framesToPlay(clip: Clip): readonly Frame[] {
  const frames = framesOfClip(clip);
  const held = (frame: Frame | undefined, count: number): Frame[] =>
    frame === undefined ? [] : Array.from({ length: count }, () => frame);
  return [...held(frames[0], BEFORE), ...frames, ...held(frames.at(-1), AFTER)];
}

/** The frames of a clip of one person. */
function framesOfClip({ data, shape: [, T, V] }: Clip): readonly Frame[] {
  return Array.from({ length: T }, (_, t) =>
    Array.from({ length: V }, (__, v) => [0, 1, 2].map((c) => data[(c * T + t) * V + v] as number)),
  );
}
