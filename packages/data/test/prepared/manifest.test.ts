import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import {
  dataShape,
  type Manifest,
  parseManifest,
  partFileName,
} from '../../src/prepared/manifest.ts';

const hash = '0'.repeat(64);
const part = {
  clips: 3,
  clipsPerClass: [1, 2],
  sha256: { data: hash, frames: hash, labels: hash, names: hash },
};
const manifest: Manifest = {
  format: 'halp-dataset/2',
  name: 'toy',
  layout: 'kinect-v1',
  classes: ['a', 'b'],
  persons: 1,
  frames: 7,
  preparation: {
    ...{ channels: 'xyz', up: 'z', unit: 'metre', normalisation: 'upright' },
    ...{ emptyFrames: 'kept', bodies: 'position' },
  },
  complete: false,
  seed: 4,
  tool: '@halp/data 0.0.0',
  benchmarks: { xsub: { train: part, test: part } },
};
type Loose = Record<string, unknown>;

function parse(value: unknown): Manifest {
  return parseManifest(new TextEncoder().encode(JSON.stringify(value)), 'dataset.json');
}

describe('parseManifest', () => {
  it('reads back what was written', () => {
    expect(parse(manifest)).toEqual(manifest);
    const { seed, ...unseeded } = manifest;
    expect(parse(unseeded)).toEqual(unseeded);
    expect(seed).toBe(4);
  });

  it.each<[Loose, string]>([
    [
      { format: 'halp-dataset/1' },
      'format: expected "halp-dataset/2", got "halp-dataset/1"; prepare the raw data again',
    ],
    [{ format: 'other' }, 'format: expected "halp-dataset/2", got "other"'],
    [{ preparation: 'upright' }, 'preparation: expected an object, got "upright"'],
    [
      { preparation: { ...manifest.preparation, normalisation: 'tilted' } },
      'preparation.normalisation: expected none or center or yaw or upright or min-max or unknown, got "tilted"',
    ],
    [
      { preparation: { ...manifest.preparation, colour: 'red' } },
      'preparation: expected channels, up, unit, normalisation, emptyFrames, bodies, got colour',
    ],
    [{ fps: -1 }, 'fps: expected frames a second, got -1'],
    [{ name: '' }, 'name: expected a name of letters, digits, ".", "_" and "-", got ""'],
    [{ name: '../../x' }, 'name: expected a name of letters'],
    [{ name: 'a/b' }, 'name: expected a name of letters'],
    [{ name: '..' }, 'name: expected a name of letters'],
    [{ name: 'a\nb' }, 'name: expected a name of letters'],
    [
      { layout: 'openpose' },
      'layout: expected kinect-v1, kinect-v2, openpose-18, coco-17, mediapipe-33 or a layout { name, joints, bones }, got "openpose"',
    ],
    [{ classes: [] }, 'classes: expected a list of names, got a list of 0'],
    [{ classes: ['a', 3] }, 'classes: expected a list of names, got a list of 2'],
    [{ persons: 0 }, 'persons: expected a count, got 0'],
    [{ frames: 1.5 }, 'frames: expected a count, got 1.5'],
    [{ complete: 'yes' }, 'complete: expected true or false, got "yes"'],
    [{ seed: 0.5 }, 'seed: expected an integer, got 0.5'],
    [{ benchmarks: {} }, 'benchmarks: expected an object of benchmarks, got an object'],
    [{ benchmarks: { '../x': {} } }, 'benchmarks: expected plain names, got "../x"'],
    [{ benchmarks: { xsub: { train: part } } }, 'benchmarks.xsub.test: expected an object'],
    [{ benchmarks: { xsub: { train: part, test: { ...part, clips: 4 } } } }, '2 counts of sum 4'],
    [
      {
        benchmarks: {
          xsub: { train: part, test: { ...part, sha256: { ...part.sha256, data: 'x' } } },
        },
      },
      'benchmarks.xsub.test.sha256.data: expected 64 hexadecimal digits, got "x"',
    ],
  ])('refuses %j', (change, message) => {
    const work = (): unknown => parse({ ...manifest, ...change });
    expect(work).toThrow(FormatError);
    expect(work).toThrow(`dataset.json: ${message.startsWith('2') ? '' : message}`);
    expect(work).toThrow(message);
  });
});

describe('partFileName', () => {
  it('calls the parts train and val, as the authors do', () => {
    expect(partFileName('xview', 'train', 'data')).toBe('xview/train_data_joint.npy');
    expect(partFileName('xview', 'test', 'frames')).toBe('xview/val_num_frame.npy');
    expect(partFileName('xview', 'test', 'labels')).toBe('xview/val_label.npy');
    expect(partFileName('xview', 'test', 'names')).toBe('xview/val_name.json');
  });
});

describe('dataShape', () => {
  it('is [N, C, T, V, M]', () => {
    expect(dataShape(manifest, part)).toEqual([3, 3, 7, 20, 1]);
  });
});
