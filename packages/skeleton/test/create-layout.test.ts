import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adjacency,
  convertLayout,
  createClip,
  createLayout,
  jointMapping,
  kinectV2,
  type Layout,
  type LayoutData,
  type LayoutName,
  layoutNames,
  layoutOf,
  sameLayout,
  sameReferences,
  storedLayout,
  streamOfClip,
} from '@halp/skeleton';

const arm: LayoutData = {
  name: 'arm',
  joints: ['left shoulder', 'right shoulder', 'right elbow', 'right hand'],
  bones: [
    ['right hand', 'right elbow'],
    ['left shoulder', 'right shoulder'],
    ['right elbow', 'right shoulder'],
  ],
  spine: ['right elbow', 'right shoulder'],
  mirror: ['right shoulder', 'left shoulder', 'right elbow', 'right hand'],
};

/** Trees of 2 to 40 joints with any root and any order of bones. */
const trees: fc.Arbitrary<LayoutData> = fc.integer({ min: 2, max: 40 }).chain((V) =>
  fc
    .tuple(
      fc.array(fc.nat(), { minLength: V, maxLength: V }),
      fc.shuffledSubarray(
        Array.from({ length: V }, (_, i) => i),
        { minLength: V, maxLength: V },
      ),
      fc.shuffledSubarray(
        Array.from({ length: V - 1 }, (_, i) => i),
        { minLength: V - 1, maxLength: V - 1 },
      ),
    )
    .map(([parents, numbers, order]) => ({
      name: `tree-${V}`,
      joints: numbers.map((number) => `joint ${number}`),
      bones: order.map((i) => {
        const [child, parent] = [i + 1, (parents[i + 1] as number) % (i + 1)];
        return [numbers[child], numbers[parent]] as [number, number];
      }),
      spine: [numbers[0], numbers[1]] as [number, number],
      shoulders: [numbers[1], numbers[0]] as [number, number],
    })),
);

describe('createLayout', () => {
  it('gives the same layout for joints by name, by number, and from its own result, whatever the tree', () => {
    fc.assert(
      fc.property(trees, (data) => {
        const layout = createLayout(data);
        const byName = {
          ...data,
          bones: data.bones.map(
            ([a, b]) => [layout.joints[Number(a)], layout.joints[Number(b)]] as [string, string],
          ),
        };
        expect(createLayout(byName)).toEqual(layout);
        expect(createLayout(layout)).toEqual(layout);
        expect(createLayout(JSON.parse(JSON.stringify(storedLayout(layout))) as Layout)).toEqual(
          layout,
        );
        expect(sameLayout(layout, structuredClone(layout))).toBe(true);
        expect(layout.bones.map(([child]) => child)).toEqual(
          layout.joints.map((_, joint) => joint).filter((joint) => joint !== layout.root),
        );
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('makes graphs, streams and conversions like a built-in layout, whatever the tree', () => {
    fc.assert(
      fc.property(trees, (data) => {
        const layout = createLayout(data);
        const V = layout.joints.length;
        const { subsets, weights } = adjacency(layout, 'spatial');
        for (let w = 0; w < V; w++) {
          let sum = 0;
          for (let row = 0; row < subsets * V; row++) sum += weights[row * V + w] as number;
          expect(sum).toBeCloseTo(1, 5);
        }
        const clip = createClip([3, 2, V, 1]);
        for (let i = 0; i < clip.data.length; i++) clip.data[i] = i;
        const bones = streamOfClip(clip, 'bone', layout);
        for (const [child, parent] of layout.bones) expect(bones.data[child]).toBe(child - parent);
        expect(bones.data[layout.root]).toBe(0);
        expect(convertLayout(clip, { from: layout, to: structuredClone(layout) }).data).toEqual(
          clip.data,
        );
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it.each(layoutNames.map((name): [LayoutName, Layout] => [name, layoutOf(name)]))(
    'gives %s itself for its data, and stores it by name',
    (name, layout) => {
      const copy = structuredClone(layout);
      expect(createLayout(copy)).toBe(layout);
      expect(storedLayout(copy)).toBe(name);
      expect(sameLayout(copy, name)).toBe(true);
    },
  );

  it('fills in root, centre, mirror and the order of bones', () => {
    expect(createLayout(arm)).toEqual({
      name: 'arm',
      joints: arm.joints,
      root: 1,
      bones: [
        [0, 1],
        [2, 1],
        [3, 2],
      ],
      hasSpine: true,
      center: 1,
      spine: [2, 1],
      shoulders: [0, 1],
      mirror: [1, 0, 2, 3],
    });
  });

  it('maps joints with the names of kinect-v2 to other layouts', () => {
    const { from, joints } = jointMapping(createLayout(arm), kinectV2);
    expect(from).toBe('arm');
    const taken = joints.filter(({ kind }) => kind === 'taken').map(({ joint }) => joint);
    expect(taken).toEqual([...['left shoulder', 'right shoulder', 'right elbow', 'right hand']]);
    expect(sameReferences(createLayout(arm), kinectV2)).toBe(false);
    const { name: _, ...rest } = kinectV2;
    expect(sameReferences(createLayout({ ...rest, name: 'copy' }), kinectV2)).toBe(true);
  });

  const tree = (bones: LayoutData['bones']): object => ({
    ...{ name: 'tree', joints: ['a', 'b', 'c'], bones, spine: ['a', 'b'], shoulders: ['a', 'b'] },
  });
  it.each<[string, object, string]>([
    [
      'two roots',
      tree([['c', 'a']]),
      "bones: expected one joint without a parent, got 2: 'a', 'b'",
    ],
    [
      'a cycle',
      tree([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ]),
      "bones: expected a tree, got the cycle 'a', 'b', 'c', 'a'",
    ],
    [
      'two parents',
      tree([
        ['a', 'b'],
        ['a', 'c'],
      ]),
      "bones: expected one parent of 'a', got 'b' and 'c'",
    ],
    [
      'a bone to itself',
      tree([['a', 'a']]),
      "bones[0]: expected two different joints, got 'a' twice",
    ],
    [
      'a bone to a missing joint',
      tree([['a', 'tail']]),
      "bones[0][1]: expected a joint of the layout, got 'tail'",
    ],
    [
      'a bone to a number without a joint',
      tree([['a', 3]]),
      'bones[0][1]: expected a joint of the layout, got 3',
    ],
    ['half a number', tree([['a', 0.5]]), 'bones[0][1]: expected a joint of the layout, got 0.5'],
    [
      'a bone of one joint',
      { ...tree([]), bones: [['a']] },
      'bones[0]: expected two joints, got an array of 1',
    ],
    [
      'a joint named twice',
      { ...arm, joints: ['a', 'b', 'a'] },
      "joints: expected each name once, got 'a' twice",
    ],
    [
      'a joint without a name',
      { ...arm, joints: ['a', ''] },
      "joints[1]: expected a name without control characters, got ''",
    ],
    ['no joints', { ...arm, joints: [] }, 'joints: expected a list of names, got an array of 0'],
    [
      'too many joints',
      { ...arm, joints: Array.from({ length: 1025 }, (_, i) => `j${i}`) },
      'joints: expected at most 1024 joints, got 1025',
    ],
    [
      'no bones',
      { ...arm, bones: undefined },
      'bones: expected a list of pairs [child, parent], got nothing',
    ],
    [
      'no name',
      { ...arm, name: '' },
      'name: expected a name of letters, digits, ".", "_" and "-", got \'\'',
    ],
    [
      'a path as name',
      { ...arm, name: '../a' },
      'name: expected a name of letters, digits, ".", "_" and "-", got \'../a\'',
    ],
    [
      'the name of a built-in layout',
      { ...arm, name: 'kinect-v2' },
      "name: expected another name than those of the built-in layouts, got 'kinect-v2' with other joints",
    ],
    [
      'another root',
      { ...arm, root: 'right hand' },
      "root: expected 'right shoulder', the joint without a parent, got 'right hand'",
    ],
    [
      'no spine',
      { ...arm, spine: undefined },
      "spine: expected two joints, got none, and there is no 'left hip'",
    ],
    [
      'no shoulders',
      {
        ...tree([
          ['b', 'a'],
          ['c', 'a'],
        ]),
        shoulders: undefined,
      },
      "shoulders: expected two joints, got none, and there is no 'left shoulder'",
    ],
    [
      'no mirror',
      { ...arm, mirror: undefined },
      "mirror: expected a joint 'left elbow' for 'right elbow', got none; give mirror",
    ],
    [
      'a short mirror',
      { ...arm, mirror: [0] },
      'mirror: expected a list of 4 joints, got an array of 1',
    ],
    [
      'a mirror that is not its own inverse',
      { ...arm, mirror: [1, 2, 0, 3] },
      "mirror: expected pairs of joints, got 'left shoulder' to 'right shoulder' and back to 'right elbow'",
    ],
    [
      'a misspelt field',
      { ...arm, centre: 0 },
      "expected name, joints, bones, root, hasSpine, center, spine, shoulders, mirror, got 'centre'",
    ],
  ])('refuses %s', (_, data, message) => {
    expect(() => createLayout(data as LayoutData)).toThrow(
      new RangeError(`createLayout: ${message}`),
    );
  });

  it('checks a chain of 1024 joints in a moment', () => {
    const joints = Array.from({ length: 1024 }, (_, i) => `j${i}`);
    const bones = joints.slice(1).map((_, i): [number, number] => [i, i + 1]);
    const began = performance.now();
    createLayout({ ...arm, joints, bones, spine: [0, 1], shoulders: [0, 1], mirror: undefined });
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
