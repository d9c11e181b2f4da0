import { type Sample, yawClip } from '@halp/data';
import { createRandom } from '@halp/random';
import { type Clip, createClip, kinectV1 } from '@halp/skeleton';
import { type Body, drawBody, placeBody } from './body.ts';
import { perform } from './performance.ts';
import { courses, drawProgram } from './program.ts';
import { sense } from './sensor.ts';

/** Frames of a performance. */
export const FRAMES = 32;
/** Performances of a motion. */
export const PERFORMANCES = 4;
/** Bodies of the set. */
const BODIES = 100;

const V = kinectV1.joints.length;

/** A set of random motions. */
export interface Motions {
  readonly name: string;
  readonly layout: typeof kinectV1;
  readonly classes: readonly string[];
  readonly persons: number;
  readonly preparation: {
    readonly channels: 'xyz';
    readonly up: 'y';
    readonly unit: 'metre';
    readonly normalisation: 'yaw';
    readonly emptyFrames: 'kept';
    readonly bodies: 'position';
  };
  readonly length: number;
  get(index: number): Sample;
}

/**
 * Random motions, each a sample: its performances by different bodies, cameras and sensors one after another,
 * `[3, PERFORMANCES · FRAMES, 20, 1]`, each of them normalised alone as a movement of a stream is. The class is what
 * happens with the key poses; training does not use it.
 */
export function motions(part: 'train' | 'test', length: number, seed: number): Motions {
  const rng = createRandom(seed);
  const bodies = Array.from({ length: BODIES }, (_, i) => drawBody(rng.fork('body', i)));
  return {
    ...{ name: 'random-motions', layout: kinectV1, classes: courses, persons: 1, length },
    preparation: {
      ...{ channels: 'xyz', up: 'y', unit: 'metre', normalisation: 'yaw' },
      ...{ emptyFrames: 'kept', bodies: 'position' },
    },
    get(index) {
      const own = rng.fork(part, index);
      const program = drawProgram(own);
      const takes = Array.from({ length: PERFORMANCES }, (_, i) => {
        const take = own.fork('performance', i);
        const body = bodies[take.integer(BODIES)] as Body;
        const poses = perform(program, FRAMES, take);
        return yawClip(
          sense(
            poses.map((pose) => placeBody(body, pose)),
            take,
          ),
          kinectV1,
        );
      });
      const label = courses.indexOf(program.course);
      return { clip: joined(takes), label, name: `${part}-${index}` };
    },
  };
}

function joined(takes: readonly Clip[]): Clip {
  const T = takes.length * FRAMES;
  const clip = createClip([3, T, V, 1]);
  takes.forEach(({ data }, i) => {
    for (let c = 0; c < 3; c++) {
      const rows = data.subarray(c * FRAMES * V, (c + 1) * FRAMES * V);
      clip.data.set(rows, (c * T + i * FRAMES) * V);
    }
  });
  return clip;
}
