import { describe, expect, it } from 'vitest';
import { FormatError, type NdArray } from '@halp/files';
import { pysklOf } from '../../../src/formats/pyskl/annotations.ts';
import { parsePyskl, type Pyskl, type PysklAnnotation, pysklClip } from '../../../src/index.ts';
import { numberAt, pickled } from '../pickled.ts';

const PATH = 'ntu60_3danno.pkl';

/** The annotation, which must be there. */
function annotationOf(pyskl: Pyskl, index: number): PysklAnnotation {
  return pyskl.annotations[index] as PysklAnnotation;
}

describe('parsePyskl', () => {
  it.each(['pyskl3d2', 'pyskl3d5'] as const)('reads splits and 3-D clips of %s', (name) => {
    const pyskl = parsePyskl(pickled(name), PATH);
    expect(pyskl.layout).toBe('kinect-v2');
    expect([...pyskl.splits.keys()]).toEqual(['xsub_train', 'xsub_val', 'xset_train', 'xset_val']);
    expect(pyskl.splits.get('xsub_val')).toEqual(['S018C001P008R001A003', 'without a clip']);
    expect(pyskl.annotations.map(({ name, label, frames }) => [name, label, frames])).toEqual([
      ['S001C001P001R001A001', 0, 2],
      ['S001C002P003R001A002', 1, 1],
      ['S018C001P008R001A003', 2, 3],
    ]);
    const shapes = pyskl.annotations.map(({ keypoint }) => keypoint.shape);
    expect(shapes).toEqual([
      [2, 2, 25, 3],
      [1, 1, 25, 3],
      [1, 3, 25, 3],
    ]);
    for (const { keypoint } of pyskl.annotations) {
      expect(keypoint.data.every((value, i) => value === numberAt(i))).toBe(true);
    }
  });

  it('reads 2-D clips with their scores and the size of the image', () => {
    const pyskl = parsePyskl(pickled('pyskl2d4'), PATH);
    expect(pyskl.layout).toBe('coco-17');
    const { keypoint, score, imageShape } = annotationOf(pyskl, 0);
    expect([keypoint.shape, score?.shape, imageShape]).toEqual([
      [1, 2, 17, 2],
      [1, 2, 17],
      [1080, 1920],
    ]);
  });
});

describe('pysklClip', () => {
  it('puts x, y, z of [M, T, V, C] where [C, T, V, M] has them', () => {
    const annotation = annotationOf(parsePyskl(pickled('pyskl3d2'), PATH), 0);
    const { data, shape } = pysklClip(annotation, PATH);
    expect(shape).toEqual([3, 2, 25, 2]);
    for (let c = 0; c < 3; c++) {
      for (let t = 0; t < 2; t++) {
        for (let v = 0; v < 25; v++) {
          for (let m = 0; m < 2; m++) {
            const expected = numberAt(((m * 2 + t) * 25 + v) * 3 + c);
            expect(data[((c * 2 + t) * 25 + v) * 2 + m]).toBe(expected);
          }
        }
      }
    }
  });

  it('puts the image between -1 and 1, and leaves an undetected joint at 0', () => {
    const annotation = flat([
      [0, 0, 0.5],
      [1920, 1080, 1],
      [960, 540, 0.25],
      [480, 810, 0],
      [0, 0, 0],
    ]);
    const { data, shape } = pysklClip(annotation, PATH);
    expect(shape).toEqual([3, 1, 17, 1]);
    const joint = (v: number): readonly unknown[] => [data[v], data[17 + v], data[34 + v]];
    expect([0, 1, 2, 3, 4].map(joint)).toEqual([
      [-1, -1, 0.5],
      [1, 1, 1],
      [0, 0, 0.25],
      [-0.5, 0.5, 0],
      [0, 0, 0],
    ]);
  });

  it('rounds to float32 at each operation, as PYSKL does', () => {
    const x = Math.fround(123.4);
    const expected = Math.fround(Math.fround(x - 960) / 960);
    expect(pysklClip(flat([[x, 540, 1]]), PATH).data[0]).toBe(expected);
  });

  it('refuses a coordinate that is not finite, with its place', () => {
    expect(() =>
      pysklClip(
        flat([
          [1, 2, 1],
          [1, NaN, 1],
        ]),
        PATH,
      ),
    ).toThrow(
      new FormatError(
        PATH,
        'clip v: expected finite coordinates, got NaN or infinity at channel 1, frame 0, joint 1, person 0',
      ),
    );
  });

  /** A 2-D clip of one frame and person: x, y, score of its first joints. */
  function flat(joints: readonly (readonly [number, number, number])[]): PysklAnnotation {
    const data = new Float32Array(34);
    const scores = new Float32Array(17);
    joints.forEach(([x, y, score], v) => {
      data.set([x, y], 2 * v);
      scores[v] = score;
    });
    return {
      ...{ name: 'v', label: 0, frames: 1, imageShape: [1080, 1920] },
      keypoint: { dtype: 'float32', shape: [1, 1, 17, 2], data },
      score: { dtype: 'float32', shape: [1, 1, 17], data: scores },
    };
  }
});

describe('a PYSKL file is refused', () => {
  const floats = (...shape: readonly number[]): NdArray => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });
  const good = {
    ...{ frame_dir: 'a', label: 0, total_frames: 2 },
    keypoint: floats(1, 2, 25, 3),
  };
  const flat = {
    ...{ frame_dir: 'a', label: 0, total_frames: 2, img_shape: [1080, 1920] },
    ...{ keypoint: floats(1, 2, 17, 2), keypoint_score: floats(1, 2, 17) },
  };
  const dict = (fields: object): ReadonlyMap<string, never> =>
    new Map(Object.entries(fields) as [string, never][]);
  const file = (...annotations: readonly object[]): ReadonlyMap<string, never> =>
    dict({ split: dict({ train: ['a'] }), annotations: annotations.map(dict) });
  const refusal = (value: unknown): unknown => {
    try {
      return pysklOf(value as never, PATH);
    } catch (error) {
      return error instanceof FormatError ? error.message : error;
    }
  };

  it('unless it is as PYSKL writes it', () => {
    expect(refusal(file(good))).toMatchObject({ layout: 'kinect-v2' });
    expect(refusal(file(flat))).toMatchObject({ layout: 'coco-17' });
    const { frame_dir: filename, ...rest } = good;
    expect(refusal(file({ ...rest, filename }))).toMatchObject({ annotations: [{ name: 'a' }] });
  });

  it.each<[string, unknown, string]>([
    ['a text', 'a', 'the file: expected a dict, got "a"'],
    ['an empty list', [], 'annotations: expected clips, got none'],
    ['no splits', dict({ annotations: [dict(good)] }), 'split: expected a dict, got nothing'],
    ['no clips', file(), 'annotations: expected clips, got none'],
    [
      'nothing in place of a clip',
      dict({ split: dict({}), annotations: [null] }),
      'annotations[0]: expected a dict, got null',
    ],
    [
      'a split that is no list',
      dict({ split: dict({ train: 'a' }), annotations: [dict(good)] }),
      'split train: expected a list, got "a"',
    ],
    [
      'a split of numbers',
      dict({ split: dict({ train: [1] }), annotations: [dict(good)] }),
      'split train: expected a text, got 1',
    ],
    [
      'no name',
      file({ ...good, frame_dir: undefined }),
      'annotations[0].frame_dir: expected a text, got nothing',
    ],
    [
      'a label that is no integer',
      file({ ...good, label: 0.5 }),
      'a: label: expected an integer in [0, 4999], got 0.5',
    ],
    [
      'a negative label',
      file({ ...good, label: -1 }),
      'a: label: expected an integer in [0, 4999], got -1',
    ],
    [
      'no frames',
      file({ ...good, total_frames: 0 }),
      'a: total_frames: expected an integer in [1, 1080000], got 0',
    ],
    [
      'other frames',
      file({ ...good, total_frames: 3 }),
      'a: keypoint: expected floats [M, 3, 25, 3] or [M, 3, 17, 2], got an array of float32 [1, 2, 25, 3]',
    ],
    [
      'other joints',
      file({ ...good, keypoint: floats(1, 2, 24, 3) }),
      'got an array of float32 [1, 2, 24, 3]',
    ],
    [
      '25 joints in 2-D',
      file({ ...good, keypoint: floats(1, 2, 25, 2) }),
      'got an array of float32 [1, 2, 25, 2]',
    ],
    [
      'nobody',
      file({ ...good, keypoint: floats(0, 2, 25, 3) }),
      'got an array of float32 [0, 2, 25, 3]',
    ],
    [
      'three axes',
      file({ ...good, keypoint: floats(2, 25, 3) }),
      'got an array of float32 [2, 25, 3]',
    ],
    [
      'integers',
      file({
        ...good,
        keypoint: { dtype: 'int8', shape: [1, 2, 25, 3], data: new Int8Array(150) },
      }),
      'got an array of int8 [1, 2, 25, 3]',
    ],
    ['no coordinates', file({ ...good, keypoint: undefined }), 'a: keypoint: expected floats'],
    [
      'no scores in 2-D',
      file({ ...flat, keypoint_score: undefined }),
      'a: keypoint_score: expected floats [1, 2, 17], got nothing',
    ],
    [
      'other scores',
      file({ ...flat, keypoint_score: floats(1, 2, 18) }),
      'a: keypoint_score: expected floats [1, 2, 17], got an array of float32 [1, 2, 18]',
    ],
    [
      'no size of the image',
      file({ ...flat, img_shape: undefined }),
      'a: img_shape: expected a height and a width, got nothing',
    ],
    [
      'an image without width',
      file({ ...flat, img_shape: [1080, 0] }),
      'a: img_shape: expected a height and a width, got a list of 2',
    ],
  ])('with %s', (_, value, message) => {
    expect(refusal(value)).toContain(`${PATH}: `);
    expect(refusal(value)).toContain(message);
  });
});
