import { type Pose, type PoseChange, poseOf, rest } from './pose.ts';

/** A key pose, and the time in which an average performer reaches it. */
export interface Key {
  readonly pose: Pose;
  /** Seconds from the previous pose. */
  readonly seconds: number;
}

/** An action as a sequence of poses. */
export interface Action {
  readonly name: string;
  /** The first pose. */
  readonly from: Pose;
  /** The poses that follow. */
  readonly keys: readonly Key[];
  /** Whether the poses repeat until the clip ends; otherwise they are performed once and the last pose is held. */
  readonly repeated: boolean;
  /** The key poses of a second person, as many as those of the first. */
  readonly partner?: readonly Key[] | undefined;
}

const key = (seconds: number, change: PoseChange = {}): Key => ({ seconds, pose: poseOf(change) });

const atMouth = { upperArm: [0.25, -0.75, 0.6], forearm: [-0.4, 0.8, 0.5] } as const;
const atEar = { upperArm: [0.55, -0.75, 0.3], forearm: [-0.25, 0.95, 0.1] } as const;
const guard = { upperArm: [0.25, -0.9, 0.15], forearm: [-0.1, 0.45, 0.85] } as const;
const reach = { upperArm: [0.05, 0, 1], forearm: [-0.05, 0.05, 1] } as const;
const offer = { upperArm: [0.1, -0.8, 0.5], forearm: [-0.1, 0.1, 1] } as const;
const offerHigh = { ...offer, forearm: [-0.1, 0.35, 1] } as const;
const offerLow = { ...offer, forearm: [-0.1, -0.2, 1] } as const;
const rising = poseOf({
  lean: 0.7,
  both: { thigh: [0.12, -0.55, 0.8], shin: [0, -0.95, -0.3], forearm: [0.05, -0.7, 0.7] },
});
const seated = poseOf({
  lean: 0.08,
  both: {
    thigh: [0.15, -0.1, 1],
    shin: [0, -1, -0.05],
    upperArm: [0.15, -0.95, 0.2],
    forearm: [0, -0.3, 1],
  },
});

/** The actions of the synthetic data set; the class of an action is its index. */
export const actions: readonly Action[] = [
  repeated('drink', [
    key(0.7, { nod: -0.15, right: atMouth }),
    key(0.6, { nod: -0.35, right: atMouth }),
    key(0.5),
  ]),
  repeated('make a phone call', [
    key(0.7, { nod: 0.1, right: atEar }),
    key(0.8, { nod: -0.05, twist: 0.15, right: atEar }),
    key(0.8, { nod: 0.15, twist: -0.15, right: atEar }),
  ]),
  repeated('wave', [
    key(0.4, { right: { upperArm: [0.75, 0.2, 0.2], forearm: [0.6, 0.8, 0.1] } }),
    key(0.35, { right: { upperArm: [0.7, 0.25, 0.25], forearm: [-0.4, 0.9, 0.15] } }),
  ]),
  repeated('clap', [
    key(0.3, { both: { upperArm: [0.3, -0.75, 0.55], forearm: [0.35, 0.3, 0.9] } }),
    key(0.25, { both: { upperArm: [0.2, -0.75, 0.6], forearm: [-0.5, 0.3, 0.85] } }),
  ]),
  repeated('throw', [
    key(0.5, {
      twist: -0.5,
      lean: -0.1,
      right: { upperArm: [0.7, 0.3, -0.6], forearm: [0.2, 0.9, -0.4] },
    }),
    key(0.3, {
      twist: 0.4,
      lean: 0.25,
      right: { upperArm: [0.1, 0.3, 0.95], forearm: [-0.1, -0.1, 1] },
    }),
    key(0.4),
  ]),
  repeated('punch', [
    key(0.35, { both: guard }),
    key(0.25, { twist: 0.5, lean: 0.12, left: guard, right: reach }),
  ]),
  repeated('kick', [
    key(0.4, { right: { thigh: [0.05, -0.95, -0.35], shin: [0, -0.7, -0.7] } }),
    key(0.3, { lean: -0.2, right: { thigh: [0.05, -0.4, 0.95], shin: [0, -0.3, 1] } }),
    key(0.35),
  ]),
  repeated('squat', [
    key(0.6, {
      lean: 0.5,
      both: {
        thigh: [0.35, -0.3, 0.9],
        shin: [0.05, -0.9, -0.35],
        upperArm: [0.1, -0.1, 1],
        forearm: [0, 0, 1],
      },
    }),
    key(0.6),
  ]),
  repeated('jump', [
    key(0.4, {
      lean: 0.4,
      both: {
        thigh: [0.15, -0.75, 0.6],
        shin: [0, -0.85, -0.5],
        upperArm: [0.15, -0.85, -0.5],
        forearm: [0.1, -0.9, -0.3],
      },
    }),
    key(0.25, { lift: 0.32, both: { upperArm: [0.2, 0.5, 0.85], forearm: [0.1, 0.8, 0.6] } }),
    key(0.3, { lean: 0.15 }),
  ]),
  repeated('jumping jack', [
    key(0.35, {
      lift: 0.06,
      both: {
        upperArm: [0.75, 0.65, 0.05],
        forearm: [0.3, 0.95, 0],
        thigh: [0.45, -0.9, 0],
        shin: [0.4, -0.9, 0],
      },
    }),
    key(0.35),
  ]),
  repeated('bow', [key(0.7, { lean: 1, nod: 0.4 }), key(0.3, { lean: 1.05, nod: 0.4 }), key(0.6)]),
  repeated('pick up', [
    key(0.8, {
      lean: 1,
      nod: -0.2,
      both: { thigh: [0.15, -0.75, 0.6], shin: [0, -0.9, -0.4] },
      right: { upperArm: [0.05, -0.9, 0.5], forearm: [0, -1, 0.3] },
    }),
    key(0.7, { right: offer }),
    key(0.4),
  ]),
  once('sit down', rest, [
    { pose: rising, seconds: 0.6 },
    { pose: seated, seconds: 0.6 },
  ]),
  once('stand up', seated, [
    { pose: rising, seconds: 0.6 },
    { pose: rest, seconds: 0.6 },
  ]),
  {
    ...repeated('shake hands', [
      key(0.4, { advance: 0.05, right: offerHigh }),
      key(0.3, { advance: 0.05, right: offerLow }),
    ]),
    partner: [key(0.4, { right: offerHigh }), key(0.3, { right: offerLow })],
  },
  {
    ...repeated('push somebody', [
      key(0.4, { both: guard }),
      key(0.3, { lean: 0.3, advance: 0.12, both: reach }),
      key(0.4),
    ]),
    partner: [
      key(0.4),
      key(0.3, {
        lean: -0.3,
        advance: -0.25,
        both: { upperArm: [0.4, -0.8, 0.4], forearm: [0.3, -0.1, 0.9] },
      }),
      key(0.4, { advance: -0.15 }),
    ],
  },
];

function repeated(name: string, keys: readonly Key[]): Action {
  return { name, from: rest, keys, repeated: true };
}

function once(name: string, from: Pose, keys: readonly Key[]): Action {
  return { name, from, keys, repeated: false };
}
