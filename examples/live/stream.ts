import type { Random } from '@halp/random';
import type { Clip } from '@halp/skeleton';

/** A recorded action. */
export interface Take {
  /** The action. */
  readonly label: string;
  /** The performer. */
  readonly subject: number;
  /** The camera; 0 if there is only one. */
  readonly camera: number;
  /** As recorded, `[3, T, V, 1]`. */
  readonly clip: Clip;
}

/** Where an action lies in a stream, in seconds. */
export interface Action {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** x, y, z in metres. */
type Point = readonly [x: number, y: number, z: number];

/** Frames with their times, and what happens in them. */
export interface Stream {
  readonly frames: readonly (readonly Point[])[];
  readonly actions: readonly Action[];
}

/** Frames a second of the recordings. */
export const FPS = 30;
/** The duration of a pause, in seconds. */
export const PAUSE = 2;
/** The joint whose place on the floor goes on from one take to the next: the spine of Kinect v1. */
const CENTRE = 1;
/** The standard deviation of a joint's jitter in a pause, in metres. */
const JITTER = 0.003;

/**
 * Takes one after another, in random order, with a pause before each. Each take is moved to where the one before it ended; in
 * a pause every joint moves evenly from the last frame of one take to the first frame of the next, with jitter.
 */
export function streamOf(takes: readonly Take[], rng: Random): Stream {
  const order = shuffled(takes, rng);
  const frames: Point[][] = [];
  const actions: Action[] = [];
  let last = frameOf((order[0] as Take).clip, 0);
  for (const { clip, label } of order) {
    const T = clip.shape[1];
    const [here, there] = [last[CENTRE] as Point, frameOf(clip, 0)[CENTRE] as Point];
    const moved = (t: number): Point[] =>
      frameOf(clip, t).map(([x, y, z]) => [x + here[0] - there[0], y, z + here[2] - there[2]]);
    const first = moved(0);
    const steps = PAUSE * FPS;
    for (let i = 0; i < steps; i++) {
      const weight = i / steps;
      frames.push(
        first.map((joint, v) => {
          const before = last[v] as readonly number[];
          return joint.map(
            (value, c) =>
              (1 - weight) * (before[c] as number) + weight * value + JITTER * rng.normal(),
          ) as unknown as Point;
        }),
      );
    }
    actions.push({ label, from: frames.length / FPS, to: (frames.length + T - 1) / FPS });
    for (let t = 0; t < T; t++) frames.push(moved(t));
    last = moved(T - 1);
  }
  return { frames, actions };
}

/** A take of each label `count` times, of performers other than `subject`, drawn at random. */
export function drawExamples(takes: readonly Take[], count: number, rng: Random): readonly Take[] {
  const labels = [...new Set(takes.map(({ label }) => label))].sort();
  return labels.flatMap((label) =>
    shuffled(
      takes.filter((take) => take.label === label),
      rng.fork(label),
    ).slice(0, count),
  );
}

function frameOf({ data, shape: [, T, V] }: Clip, t: number): Point[] {
  return Array.from({ length: V }, (_, v) => {
    const at = (c: number): number => data[(c * T + t) * V + v] as number;
    return [at(0), at(1), at(2)] as const;
  });
}

function shuffled<Item>(items: readonly Item[], rng: Random): Item[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = rng.integer(i + 1);
    [list[i], list[j]] = [list[j] as Item, list[i] as Item];
  }
  return list;
}
