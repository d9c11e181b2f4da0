import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { formatNtuSkeleton } from '../../src/formats/ntu/skeleton-file.ts';
import { parseOwnClips } from '../../src/formats/own/list.ts';
import {
  parseClipCsv,
  parseClipJson,
  parseKinetics,
  parseKineticsLabels,
  parseNtuSkeleton,
  parseNwUcla,
  parsePkuLabels,
  parsePkuSplit,
  parsePkuVideo,
} from '../../src/index.ts';
import { nwUclaContents } from '../helpers.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const size = { joints: 2, persons: 1 };
const joints = Float64Array.from({ length: 75 }, (_, i) => i / 8);
const skeleton = formatNtuSkeleton({ joints: 25, frames: [[{ id: 7n, joints }], []] });
const video = `${Array.from({ length: 150 }, (_, i) => i / 8).join(' ')}\n`;

type Read = (bytes: Uint8Array, path: string) => unknown;
const readers: readonly (readonly [string, Read, string])[] = [
  ['a .skeleton text', parseNtuSkeleton, skeleton],
  ['a video of PKU-MMD', parsePkuVideo, video],
  ['labels of PKU-MMD', parsePkuLabels, '1,0,40,2\n51,40,60,1\n'],
  ['a split of PKU-MMD', parsePkuSplit, 'Training videos:\n0002-L, 0003-L,\nValidation:\n0004-L\n'],
  ['a clip in CSV', (bytes, path) => parseClipCsv(bytes, path, size), '1,2,3,4,5,6\n'],
];
const json: readonly (readonly [string, Read])[] = [
  ['a clip in JSON', (bytes, path) => parseClipJson(bytes, path, size)],
  ['a file of NW-UCLA', parseNwUcla],
  ['a file of Kinetics', parseKinetics],
  ['labels of Kinetics', parseKineticsLabels],
  ['a clips.json', parseOwnClips],
];

describe.each(readers)('%s', (_, read, text) => {
  it.each([
    ['with the mark of UTF-8', (t: string) => `\ufeff${t}`],
    ['with CRLF', (t: string) => t.replace(/\r?\n/g, '\r\n')],
    ['with LF', (t: string) => t.replaceAll('\r', '')],
    ['with blank lines at the end', (t: string) => `${t}\r\n\n  \n\t\n`],
    ['with blanks before line ends', (t: string) => t.replace(/\r?\n/g, ' \t\n')],
    ['without the last line end', (t: string) => t.trimEnd()],
  ])('is read %s', (__, change) => {
    expect(read(bytesOf(change(text)), 'FILE')).toEqual(read(bytesOf(text), 'FILE'));
  });
});

it.each(readers.slice(0, 2))('%s is read with tabs between the numbers', (_, read, text) => {
  const tabs = bytesOf(`\ufeff${text.replaceAll(' ', '\t')}`);
  expect(read(tabs, 'FILE')).toEqual(read(bytesOf(text), 'FILE'));
});

const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12\n';
const named = [...readers, ...json].map(([name, read]) => [name, read] as const);
describe.each(named)('%s', (_, read) => {
  it.each([
    [LFS, 'a Git LFS pointer in place of the file; fetch the file with git lfs pull'],
    ['<!DOCTYPE html><html>', 'an HTML page; download the file again'],
    ['PK\x03\x04abc', 'a zip archive'],
    ['\x1f\x8b\x08', 'a file compressed with gzip; unpack it'],
  ])('says that it got %j', (text, said) => {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(() => read(bytes, 'FILE')).toThrow(FormatError);
    expect(() => read(bytes, 'FILE')).toThrow(`got ${said}`);
  });
});

it.each(readers)('%s says that it got JSON', (_, read) => {
  expect(() => read(bytesOf('{"message": "Not Found"}'), 'FILE')).toThrow('got a JSON text');
});

describe('NaN and Infinity, as Python writes them', () => {
  it.each(['NaN', 'Infinity', '-Infinity'])('are named with their place in a clip: %s', (value) => {
    const text = `[[[1,2,3],[4,5,6]],[[1,${value},3],[4,5,6]]]`;
    expect(() => parseClipJson(bytesOf(text), 'clip.json', size)).toThrow(
      new FormatError(
        'clip.json',
        `coordinate 1 of joint 0 of frame 1: expected a finite number, got ${value}; write 0 for a joint that was not detected`,
      ),
    );
  });

  it('are named in NW-UCLA and Kinetics', () => {
    const ucla = JSON.stringify(nwUclaContents('a01_s01_e00_v01', 1, 2)).replace('3.01', 'NaN');
    expect(() => parseNwUcla(bytesOf(ucla), 'f.json')).toThrow(
      'coordinate 2 of joint 1 of frame 0: expected a finite number, got NaN',
    );
    const pose = Array<number>(36).fill(0.5).join(',');
    const score = Array<string>(18).fill('Infinity').join(',');
    const text = `{"data":[{"frame_index":1,"skeleton":[{"pose":[${pose}],"score":[${score}]}]}],"label_index":0}`;
    expect(() => parseKinetics(bytesOf(text), 'f.json')).toThrow(
      'score 0 of person 0 of data 0: expected a finite number, got Infinity',
    );
  });

  it('are allowed inside strings, and other errors are still reported', () => {
    const named = '{"wave \\" NaN": {"has_skeleton": true, "label": "NaN", "label_index": 0}}';
    const labels = parseKineticsLabels(bytesOf(named), 'f.json');
    expect([...labels]).toEqual([['wave " NaN', { label: 0, name: 'NaN', hasSkeleton: true }]]);
    expect(() => parseClipJson(bytesOf('[[[NaN,1,2]'), 'f.json', size)).toThrow(
      'expected valid JSON, got "N"',
    );
  });

  it('are no count', () => {
    const text = '{"a": {"has_skeleton": true, "label": "a", "label_index": NaN}}';
    expect(() => parseKineticsLabels(bytesOf(text), 'f.json')).toThrow(
      'label_index of "a": expected a class below 400, got NaN',
    );
  });
});
