import { gotText } from './got-text.ts';
import type { Layout } from './layout.ts';
import { isLayoutName, layoutOf, sameLayout } from './layout-of.ts';

/** A joint: its name, or its number from 0. */
export type JointReference = string | number;

/** A layout as plain data: three fields, and others with defaults. A {@link Layout} has this form too. */
export interface LayoutData {
  /** The name of the layout: letters, digits, `.`, `_`, `-`; not that of a built-in layout. */
  readonly name: string;
  /** The names of the joints, in the order of the data. */
  readonly joints: readonly string[];
  /** The bones: one for each joint except the root, which together make a tree. */
  readonly bones: readonly (readonly [child: JointReference, parent: JointReference])[];
  /** The joint without a parent. Default: the one that is the child of no bone. */
  readonly root?: JointReference | undefined;
  /** Whether the layout has joints on the spine. Default: whether `spine` is given. */
  readonly hasSpine?: boolean | undefined;
  /** The joint that is subtracted when a clip is centred. Default: the upper joint of `spine`, or the root without it. */
  readonly center?: JointReference | undefined;
  /** Two joints whose difference points up the trunk. Default: 'left hip' and 'left shoulder'. */
  readonly spine?: readonly [from: JointReference, to: JointReference] | undefined;
  /** The shoulders, or two joints that lie left and right of each other. Default: 'left shoulder' and 'right shoulder'. */
  readonly shoulders?: readonly [left: JointReference, right: JointReference] | undefined;
  /** For each joint the joint it becomes when left and right are swapped. Default: 'left X' becomes 'right X'. */
  readonly mirror?: readonly JointReference[] | undefined;
}

/** More joints than face, hands and body of MediaPipe together have. */
const MAX_JOINTS = 1024;

const fields = [
  ...['name', 'joints', 'bones', 'root', 'hasSpine', 'center', 'spine', 'shoulders', 'mirror'],
];

/**
 * A layout of your own, checked and with joints by number. It can be used wherever a built-in layout can: in recipes, clips,
 * prepared sets, encoders and drawings. Joints with the names of kinect-v2 (`left shoulder`, `spine mid`, …) are converted
 * to other layouts; see `jointMapping`.
 *
 * @param data - Joints and bones; joints are referred to by name or number.
 * @returns The built-in layout if the data are those of one.
 * @throws RangeError if a joint occurs twice, a bone has a joint that does not exist, the bones do not make a tree (two
 * roots, a cycle, two parents), or a default needs a joint that the layout lacks. TypeError if it is no object.
 *
 * @example
 * ```ts
 * const arm = createLayout({
 *   name: 'arm',
 *   joints: ['left shoulder', 'right shoulder', 'right elbow', 'right hand'],
 *   bones: [
 *     ['left shoulder', 'right shoulder'],
 *     ['right elbow', 'right shoulder'],
 *     ['right hand', 'right elbow'],
 *   ],
 *   spine: ['right elbow', 'right shoulder'],
 *   mirror: ['right shoulder', 'left shoulder', 'right elbow', 'right hand'],
 * });
 * ```
 */
export function createLayout(data: LayoutData): Layout {
  const made = madeFrom(data);
  if ('joints' in made) return made;
  const Kind = isObject(data) ? RangeError : TypeError;
  throw new Kind(`createLayout: ${made.fault}`);
}

/** The layout of plain data, or the first fault: its place, and what was expected and got. */
export function madeFrom(data: unknown): Layout | Fault {
  try {
    return layoutIn(data);
  } catch (error) {
    if (error instanceof FaultError) return { fault: error.message };
    throw error;
  }
}

/** The first fault of a layout as data. */
export interface Fault {
  /** Its place, and what was expected and got. */
  readonly fault: string;
}

class FaultError extends Error {}

function fail(place: string, wanted: string, got: string): never {
  throw new FaultError(`${place === '' ? '' : `${place}: `}expected ${wanted}, got ${got}`);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : gotText(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function layoutIn(data: unknown): Layout {
  if (!isObject(data)) fail('', 'a layout { name, joints, bones }', shown(data));
  const odd = Object.keys(data).find((key) => !fields.includes(key));
  if (odd !== undefined) fail('', fields.join(', '), shown(odd));
  const { name } = data;
  if (typeof name !== 'string' || !/^[\w.-]*\w[\w.-]*$/.test(name)) {
    fail('name', 'a name of letters, digits, ".", "_" and "-"', shown(name));
  }
  const joints = jointsIn(data['joints']);
  const numberOf = (place: string, reference: unknown): number => {
    const index = typeof reference === 'string' ? joints.indexOf(reference) : reference;
    if (typeof index === 'number' && joints[index] !== undefined) return index;
    return fail(place, 'a joint of the layout', shown(reference));
  };
  const pairIn = (place: string, value: unknown): readonly [number, number] => {
    if (!Array.isArray(value) || value.length !== 2) fail(place, 'two joints', shown(value));
    const [a, b] = [numberOf(`${place}[0]`, value[0]), numberOf(`${place}[1]`, value[1])];
    if (a === b) fail(place, 'two different joints', `${shown(joints[a])} twice`);
    return [a, b];
  };
  const bones = bonesIn(data['bones'], joints, pairIn);
  const root = rootOf(bones, joints);
  if (data['root'] !== undefined && numberOf('root', data['root']) !== root) {
    fail('root', `${shown(joints[root])}, the joint without a parent`, shown(data['root']));
  }
  const spine = data['spine'] === undefined ? undefined : pairIn('spine', data['spine']);
  const { hasSpine = spine !== undefined } = data;
  if (typeof hasSpine !== 'boolean') fail('hasSpine', 'true or false', shown(hasSpine));
  const center =
    data['center'] === undefined ? (spine?.[1] ?? root) : numberOf('center', data['center']);
  const named = (place: string, wanted: readonly [string, string]): readonly [number, number] => {
    const absent = wanted.find((joint) => !joints.includes(joint));
    if (absent === undefined) return pairIn(place, wanted);
    return fail(place, 'two joints', `none, and there is no '${absent}'`);
  };
  const layout: Layout = {
    ...{ name, joints, root, bones, hasSpine, center },
    spine: spine ?? named('spine', ['left hip', 'left shoulder']),
    shoulders:
      data['shoulders'] === undefined
        ? named('shoulders', ['left shoulder', 'right shoulder'])
        : pairIn('shoulders', data['shoulders']),
    mirror: mirrorIn(data['mirror'], joints, numberOf),
  };
  if (!isLayoutName(name)) return layout;
  const own = layoutOf(name);
  if (sameLayout(own, layout)) return own;
  return fail(
    'name',
    'another name than those of the built-in layouts',
    `'${name}' with other joints`,
  );
}

function jointsIn(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) fail('joints', 'a list of names', shown(value));
  const joints = value as readonly unknown[];
  if (joints.length > MAX_JOINTS)
    fail('joints', `at most ${MAX_JOINTS} joints`, `${joints.length}`);
  const odd = joints.findIndex(
    (joint) => typeof joint !== 'string' || joint === '' || /\p{Cc}/u.test(joint),
  );
  if (odd >= 0) fail(`joints[${odd}]`, 'a name without control characters', shown(joints[odd]));
  const twice = joints.find((joint, i) => joints.indexOf(joint) !== i);
  if (twice !== undefined) fail('joints', 'each name once', `${shown(twice)} twice`);
  return [...(joints as readonly string[])];
}

type Bones = Layout['bones'];

function bonesIn(
  value: unknown,
  joints: readonly string[],
  pairIn: (place: string, value: unknown) => readonly [number, number],
): Bones {
  if (!Array.isArray(value)) fail('bones', 'a list of pairs [child, parent]', shown(value));
  const bones = (value as readonly unknown[]).map((bone, i) => pairIn(`bones[${i}]`, bone));
  const parents = new Map<number, number>();
  for (const [child, parent] of bones) {
    const other = parents.get(child);
    if (other !== undefined) {
      const got = `${shown(joints[other])} and ${shown(joints[parent])}`;
      fail('bones', `one parent of ${shown(joints[child])}`, got);
    }
    parents.set(child, parent);
  }
  const done = new Set<number>();
  for (const [start] of bones) {
    const path = new Set<number>();
    for (let at: number | undefined = start; at !== undefined; at = parents.get(at)) {
      if (done.has(at)) break;
      if (path.has(at)) {
        const all = [...path, at];
        const cycle = all.slice(all.indexOf(at)).map((joint) => shown(joints[joint]));
        fail('bones', 'a tree', `the cycle ${cycle.slice(0, 5).join(', ')}`);
      }
      path.add(at);
    }
    for (const joint of path) done.add(joint);
  }
  return bones.toSorted(([a], [b]) => a - b);
}

function rootOf(bones: Bones, joints: readonly string[]): number {
  const children = new Set(bones.map(([child]) => child));
  const roots = joints.map((_, joint) => joint).filter((joint) => !children.has(joint));
  const [root, ...others] = roots as [number, ...number[]];
  if (others.length === 0) return root;
  const names = roots.slice(0, 3).map((joint) => shown(joints[joint]));
  return fail(
    'bones',
    'one joint without a parent',
    `${roots.length}: ${names.join(', ')}${roots.length > 3 ? ', …' : ''}`,
  );
}

function mirrorIn(
  value: unknown,
  joints: readonly string[],
  numberOf: (place: string, reference: unknown) => number,
): readonly number[] {
  if (value === undefined) return joints.map((joint) => mirrored(joint, joints));
  if (!Array.isArray(value) || value.length !== joints.length) {
    fail('mirror', `a list of ${joints.length} joints`, shown(value));
  }
  const mirror = (value as readonly unknown[]).map((each, i) => numberOf(`mirror[${i}]`, each));
  const odd = mirror.findIndex((to, from) => mirror[to] !== from);
  if (odd >= 0) {
    const to = mirror[odd] as number;
    const got = `${shown(joints[odd])} to ${shown(joints[to])} and back to ${shown(joints[mirror[to] as number])}`;
    fail('mirror', 'pairs of joints', got);
  }
  return mirror;
}

function mirrored(joint: string, joints: readonly string[]): number {
  const [side, rest] = joint.startsWith('left ')
    ? ['right', joint.slice(5)]
    : joint.startsWith('right ')
      ? ['left', joint.slice(6)]
      : [undefined, joint];
  const other = side === undefined ? joint : `${side} ${rest}`;
  const index = joints.indexOf(other);
  if (index >= 0) return index;
  return fail('mirror', `a joint '${other}' for '${joint}'`, 'none; give mirror');
}
