import type { Random } from '@halp/random';
import { at, between, placeOf, type Pose, type Side, sides, unit, type Vector } from './pose.ts';

/** The lengths of a body's segments, in metres. */
export type Body = Readonly<
  Record<
    | 'trunk'
    | 'neck'
    | 'shoulder'
    | 'upperArm'
    | 'forearm'
    | 'hand'
    | 'hip'
    | 'hipDrop'
    | 'thigh'
    | 'shin'
    | 'foot',
    number
  >
>;

/** A body 1.4 to 2 m tall, with differences in arms, legs and breadth. */
export function drawBody(rng: Random): Body {
  const around = (middle: number, spread: number): number =>
    middle * between(1 - spread, 1 + spread, rng);
  const size = around(1, 0.15);
  const [arms, legs, breadth] = [around(size, 0.1), around(size, 0.1), around(size, 0.18)];
  return {
    ...{ trunk: around(0.48, 0.1) * size, neck: around(0.2, 0.15) * size },
    ...{ shoulder: 0.18 * breadth, upperArm: 0.28 * arms, forearm: 0.25 * arms, hand: 0.08 * arms },
    ...{ hip: around(0.1, 0.3) * breadth, hipDrop: between(0, 0.08, rng) },
    ...{ thigh: 0.42 * legs, shin: 0.41 * legs, foot: 0.14 * legs },
  };
}

/** The points of a body in a pose from which the joints of a sensor are made, in metres from the middle of the hips. */
export function placeBody(body: Body, pose: Pose): ReadonlyMap<string, Vector> {
  const points = new Map<string, Vector>();
  const turned = rotation(pose[at.turn] as number);
  const upper = rotation((pose[at.turn] as number) + (pose[at.twist] as number));
  const gaze = rotation(
    (pose[at.turn] as number) + (pose[at.twist] as number) + (pose[at.look] as number),
  );
  const [lean, side] = [pose[at.lean] as number, pose[at.side] as number];
  const nod = lean + (pose[at.nod] as number);
  const put = (name: string, from: Vector, along: Vector, length: number): Vector => {
    const point = moved(from, along, length);
    points.set(name, point);
    return point;
  };
  const hips = put('hips', [0, 0, 0], [0, 0, 0], 0);
  const trunk = turned(unit([Math.sin(side), Math.cos(lean), Math.sin(lean)]));
  const shoulders = put('shoulders', hips, trunk, body.trunk);
  const up = gaze(unit([Math.sin(side), Math.cos(nod), Math.sin(nod)]));
  const head = put('head', shoulders, up, body.neck);
  const ahead = gaze(unit([0, -Math.sin(nod), Math.cos(nod)]));
  put('nose', head, ahead, 0.1);
  for (const name of sides) {
    const sign = name === 'left' ? 1 : -1;
    put(`${name} ear`, head, gaze([sign, 0, 0]), 0.075);
    placeSide(name);
  }
  return points;

  function placeSide(name: Side): void {
    const sign = name === 'left' ? 1 : -1;
    const direction = (segment: Parameters<typeof placeOf>[1], turn: Turn): Vector => {
      const i = placeOf(name, segment);
      return turn(unit([sign * (pose[i] as number), pose[i + 1] as number, pose[i + 2] as number]));
    };
    const shoulder = put(`${name} shoulder`, shoulders, upper([sign, -0.15, 0]), body.shoulder);
    const elbow = put(`${name} elbow`, shoulder, direction('upper arm', upper), body.upperArm);
    const forearm = direction('forearm', upper);
    const wrist = put(`${name} wrist`, elbow, forearm, body.forearm);
    put(`${name} hand`, wrist, forearm, body.hand);
    const low: Vector = [hips[0], hips[1] - body.hipDrop, hips[2]];
    const hip = put(`${name} hip`, low, turned([sign, 0, 0]), body.hip);
    const knee = put(`${name} knee`, hip, direction('thigh', turned), body.thigh);
    const ankle = put(`${name} ankle`, knee, direction('shin', turned), body.shin);
    put(`${name} foot`, ankle, turned(unit([sign * 0.2, -0.4, 1])), body.foot);
  }
}

type Turn = (v: Vector) => Vector;

/** A rotation about the vertical. */
function rotation(angle: number): Turn {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([left, up, forward]) => [cos * left + sin * forward, up, cos * forward - sin * left];
}

function moved(from: Vector, along: Vector, length: number): Vector {
  return [from[0] + along[0] * length, from[1] + along[1] * length, from[2] + along[2] * length];
}
