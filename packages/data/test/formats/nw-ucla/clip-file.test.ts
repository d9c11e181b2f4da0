import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { nwUclaClasses, nwUclaCounts, parseNwUcla, parseNwUclaName } from '../../../src/index.ts';
import { nwUclaContents, type NwUclaJson, readJson, realData } from '../../helpers.ts';

const name = 'a08_s02_e01_v03';

/** The message for a good file after a change to what it holds. */
function complaint(change: (file: NwUclaJson) => unknown): string {
  const file = nwUclaContents(name, 7, 2);
  const changed = change(file) ?? file;
  return messageFor(typeof changed === 'string' ? changed : JSON.stringify(changed));
}

function messageFor(text: string): string {
  try {
    parseNwUcla(new TextEncoder().encode(text), 'clip.json');
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('parseNwUcla', () => {
  it('reads name, label, subject, view and joints', () => {
    const text = JSON.stringify(nwUclaContents(name, 7, 2));
    const file = parseNwUcla(new TextEncoder().encode(text), 'clip.json');
    expect(file).toMatchObject({ name, label: 6, subject: 2, execution: 1, camera: 3 });
    expect(nwUclaClasses[file.label]).toBe('donning');
    expect(file.clip.shape).toEqual([3, 2, 20, 1]);
    // z of joint 4 in frame 1.
    expect(file.clip.data[(2 * 2 + 1) * 20 + 4]).toBe(Math.fround(3 + 0.04 + 0.1));
  });

  it.each<[string, (file: NwUclaJson) => unknown, string]>([
    ['an empty file', () => ' '.repeat(0), 'expected JSON, got an empty file'],
    ['a cut file', (f) => JSON.stringify(f).slice(0, 300), 'the file is truncated'],
    ['other text', () => '{"file_name": oops}', 'expected valid JSON, got'],
    ['a list', () => [], 'expected a JSON object, got a list of 0'],
    ['no name', (f) => ({ ...f, file_name: undefined }), 'like a01_s01_e00_v01, got nothing'],
    ['a foreign name', (f) => void (f.file_name = 'a07_s01_e00_v01'), 'got "a07_s01_e00_v01"'],
    ['another label', (f) => void (f.label = 8), `expected label 7 for ${name}, got 8`],
    ['a label as text', (f) => ({ ...f, label: '7' }), `expected label 7 for ${name}, got "7"`],
    ['no frames', (f) => void (f.skeletons = []), 'expected at least one frame, got none'],
    ['no list', (f) => ({ ...f, skeletons: {} }), 'skeletons: expected a list, got an object'],
    [
      '19 joints',
      (f) => void f.skeletons[1]?.pop(),
      'frame 1: expected a list of 20, got a list of 19',
    ],
    [
      '2 coordinates',
      (f) => void f.skeletons[1]?.[3]?.pop(),
      'joint 3 of frame 1: expected a list of 3',
    ],
    [
      'null',
      (f) => void (f.skeletons[0]![5]![2] = null),
      'coordinate 2 of joint 5 of frame 0: expected a finite number, got null',
    ],
    ['NaN', (f) => JSON.stringify(f).replace('3.01', 'NaN'), 'expected a finite number, got NaN'],
    [
      'infinity',
      (f) => JSON.stringify(f).replace('3.01', '1e999'),
      'expected a finite number, got Infinity',
    ],
    ['more than float32 holds', (f) => JSON.stringify(f).replace('3.01', '1e40'), 'got 1e+40'],
  ])('refuses %s', (_, change, message) => {
    expect(complaint(change)).toContain(message);
  });

  it('names the byte at which the JSON becomes invalid', () => {
    expect(messageFor('{"a": !}')).toMatch(/^clip.json \(byte 6\)/);
    expect(messageFor('{"a": [1')).toMatch(/^clip.json \(byte 8\)/);
  });

  it('refuses bytes that are not text', () => {
    const bytes = Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d);
    expect(() => parseNwUcla(bytes, 'clip.json')).toThrow('clip.json: expected JSON in UTF-8');
  });

  it('reads the real clips of one frame', (context) => {
    const folder = realData('nw-ucla', context);
    for (const clip of ['a02_s09_e04_v02', 'a02_s09_e04_v03']) {
      const path = join(folder, `${clip}.json`);
      const file = parseNwUcla(readFileSync(path), path);
      expect(file.clip.shape).toEqual([3, 1, 20, 1]);
      expect(file.clip.data.some((x) => x !== 0)).toBe(true);
    }
  });
});

describe('parseNwUclaName', () => {
  it('knows the ten actions and three views', () => {
    const actions = Array.from({ length: 14 }, (_, a) => `a${String(a).padStart(2, '0')}`);
    const known = actions.filter((a) => parseNwUclaName(`${a}_s01_e00_v01`) !== undefined);
    expect(known.join(' ')).toBe('a01 a02 a03 a04 a05 a06 a08 a09 a11 a12');
    expect(parseNwUclaName('a12_s10_e14_v02')).toEqual({
      label: 9,
      subject: 10,
      execution: 14,
      camera: 2,
    });
    expect(parseNwUclaName('a12_s10_e14_v04')).toBeUndefined();
    expect(parseNwUclaName('a12_s10_e14_v01.json')).toBeUndefined();
  });
});

describe('nwUclaClasses', () => {
  it('are the published ones', (context) => {
    const classes = readJson(realData('classes.json', context)) as Record<
      string,
      { classes: readonly string[] }
    >;
    expect(nwUclaClasses).toEqual(classes['nw-ucla']?.classes);
    expect(nwUclaCounts.train + nwUclaCounts.test).toBe(1484);
  });
});
