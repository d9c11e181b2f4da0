import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { parseOwnClips } from '../../../src/index.ts';

type Json = Record<string, unknown>;

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function good(): Json & { clips: Json[] } {
  return {
    name: 'my-gestures',
    layout: 'kinect-v2',
    fps: 30,
    clips: [
      { file: 'anna/wave-1.csv', label: 'wave', split: 'train', subject: 1 },
      { file: 'anna/point-1.csv', label: 'point', split: 'train', subject: 1 },
      { file: 'ben/wave-1.json', label: 'wave', split: 'test', subject: 2, camera: 3 },
    ],
  };
}

/** The message for a good description after a change. */
function complaint(change: (value: Json & { clips: Json[] }) => unknown): string {
  const value = good();
  try {
    const { problems } = parseOwnClips(bytesOf(change(value) ?? value), 'clips.json');
    // The other clips are read.
    return problems.map(({ place, reason }) => `${place} ${reason}`).join() || 'nothing';
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

describe('parseOwnClips', () => {
  it('reads the description, with the labels in alphabetical order as classes', () => {
    expect(parseOwnClips(bytesOf(good()), 'clips.json')).toEqual({
      ...{ name: 'my-gestures', layout: 'kinect-v2', channels: 'xyz', fps: 30, persons: 1 },
      classes: ['point', 'wave'],
      clips: [
        { file: 'anna/wave-1.csv', label: 1, split: 'train', subject: 1 },
        { file: 'anna/point-1.csv', label: 0, split: 'train', subject: 1 },
        { file: 'ben/wave-1.json', label: 1, split: 'test', subject: 2, camera: 3 },
      ],
      problems: [],
    });
  });

  it('takes classes in the order given, and labels as names or places', () => {
    const value: Json = { ...good(), classes: ['wave', 'rest', 'point'], persons: 2 };
    (value['clips'] as Json[])[1]!['label'] = 2;
    const { classes, clips, persons } = parseOwnClips(bytesOf(value), 'clips.json');
    expect([classes, persons]).toEqual([['wave', 'rest', 'point'], 2]);
    expect(clips.map(({ label }) => label)).toEqual([0, 2, 0]);
  });

  it.each<[string, (value: Json & { clips: Json[] }) => unknown, string]>([
    ['a list', () => [], 'clips.json (byte 0): expected a JSON object, got a list of 0'],
    ['no name', (f) => ({ ...f, name: '' }), 'name: expected a name of letters, digits, "."'],
    [
      'joints of a detector, and not a word of the third number',
      (f) => ({ ...f, layout: 'coco-17' }),
      'channels: expected "xyz" or "xy-score" for coco-17, the meaning of the three numbers of a joint, got nothing',
    ],
    [
      'an unknown layout',
      (f) => ({ ...f, layout: 'kinect' }),
      'layout: expected kinect-v1, kinect-v2, openpose-18, coco-17, mediapipe-33 or a layout { name, joints, bones }, got "kinect"',
    ],
    [
      'no fps',
      (f) => ({ ...f, fps: undefined }),
      'fps: expected frames a second, above 0, got nothing',
    ],
    ['fps of 0', (f) => ({ ...f, fps: 0 }), 'fps: expected frames a second, above 0, got 0'],
    [
      'persons of 0',
      (f) => ({ ...f, persons: 0 }),
      'persons: expected a number from 1 to 10, got 0',
    ],
    ['no clip', (f) => ({ ...f, clips: [] }), 'clips: expected at least one clip, got a list of 0'],
    [
      'a misspelt key',
      (f) => ({ ...f, class: [] }),
      'clips.json: expected name, layout, channels, fps, persons, classes, clips, got "class"',
    ],
    [
      'a misspelt key of a clip',
      (f) => void (f.clips[1]!['spilt'] = 'train'),
      'clips[1]: expected file, label, split, subject, camera, got "spilt"',
    ],
    [
      'another split',
      (f) => void (f.clips[1]!['split'] = 'val'),
      'clips[1].split: expected "train" or "test", got "val"',
    ],
    [
      'another kind of file',
      (f) => void (f.clips[0]!['file'] = 'wave.bvh'),
      'clips[0].file: expected a .csv or .json file, got "wave.bvh"',
    ],
    [
      'a file elsewhere',
      (f) => void (f.clips[0]!['file'] = '../wave.csv'),
      'clips[0].file: expected a path from the folder of clips.json, with "/" between folders',
    ],
    [
      'an absolute path',
      (f) => void (f.clips[0]!['file'] = '/wave.csv'),
      'clips[0].file: expected',
    ],
    [
      'a path of Windows',
      (f) => void (f.clips[0]!['file'] = 'a\\b.csv'),
      'clips[0].file: expected',
    ],
    [
      'a file twice',
      (f) => void (f.clips[1]!['file'] = 'anna/wave-1.csv'),
      'clips: expected each name once, got anna/wave-1.csv twice',
    ],
    [
      'a name twice',
      (f) => void (f.clips[1]!['file'] = 'anna/wave-1.json'),
      'clips: expected each name once, got anna/wave-1.csv and anna/wave-1.json',
    ],
    [
      'a number without classes',
      (f) => void (f.clips[1]!['label'] = 3),
      'clips[1].label: expected the name of a class, got 3; a number needs "classes"',
    ],
    [
      'a label that is none of the classes',
      (f) => ({ ...f, classes: ['wave'] }),
      'clips[1].label: expected one of the 1 classes, or its index from 0, got "point"',
    ],
    [
      'a place beyond the classes',
      (f) => {
        f.clips[1]!['label'] = 2;
        return { ...f, classes: ['wave', 'point'] };
      },
      'clips[1].label: expected one of the 2 classes, or its index from 0, got 2',
    ],
    [
      'a class twice',
      (f) => ({ ...f, classes: ['wave', 'point', 'wave'] }),
      'classes: expected the name of each class once, got "wave"',
    ],
    [
      'no classes',
      (f) => ({ ...f, classes: [] }),
      'classes: expected the name of each class once, got none',
    ],
    [
      'a subject with a name',
      (f) => void (f.clips[1]!['subject'] = 'anna'),
      'clips[1].subject: expected a number, got "anna"',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(complaint(change)).toContain(message);
  });
});
