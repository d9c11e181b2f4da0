import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import {
  parsePkuLabels,
  parsePkuSplit,
  pkuClasses,
  type PkuLabel,
  type PkuSplit,
} from '../../../src/index.ts';
import { readJson, realData } from '../../helpers.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const labels = (text: string): readonly PkuLabel[] => parsePkuLabels(bytesOf(text), 'labels.txt');
const split = (text: string): PkuSplit => parsePkuSplit(bytesOf(text), 'split.txt');

describe('parsePkuLabels', () => {
  const expected: readonly PkuLabel[] = [
    { action: 23, start: 157, end: 250, confidence: 2 },
    { action: 51, start: 301, end: 380, confidence: 1 },
  ];

  it.each([
    ['integers', '23,157,250,2\n51,301,380,1\n'],
    ['floats', '23.0,157.000,250.0,2.0\n5.1e1,301.0,380.0,1.0'],
    ['CRLF and blanks', '23, 157, 250, 2\r\n 51,301,380,1\r\n\r\n'],
  ])('reads %s', (_, text) => {
    expect(labels(text)).toEqual(expected);
  });

  it('does not check frames against the video', () => {
    expect(labels('1,-3,99999999,2')).toEqual([
      { action: 1, start: -3, end: 99_999_999, confidence: 2 },
    ]);
  });

  it.each([
    ['no line', '', '(byte 0): expected a line for each action, got none'],
    ['3 numbers', '1,2,3,4\n1,2,3', '(byte 8): line 2: expected action,start,end,confidence'],
    ['5 numbers', '1,2,3,4,5', 'got "1,2,3,4,5"'],
    ['action 0', '0,2,3,4', 'line 1: expected an action from 1 to 51, got "0"'],
    ['action 52', '52,2,3,4', 'expected an action from 1 to 51, got "52"'],
    ['half an action', '1.5,2,3,4', 'expected an action from 1 to 51, got "1.5"'],
    ['half a frame', '1,2.5,3,4', 'expected a first frame, got "2.5"'],
    ['no number', '1,2,x,4', 'expected a frame after the last, got "x"'],
    ['no confidence', '1,2,3,', 'expected a confidence, got ""'],
    ['infinity', '1,2,1e999,4', 'expected a frame after the last, got "1e999"'],
  ])('refuses %s', (_, text, message) => {
    expect(() => labels(text)).toThrow(message);
    expect(() => labels(text)).toThrow(FormatError);
  });
});

describe('parsePkuSplit', () => {
  const train = ['0002-L', '0002-M', 'A10N08-R'];

  it('takes the training list from the second line', () => {
    expect(split('Training videos: \n0002-L, 0002-M, A10N08-R')).toEqual({ train, validation: [] });
  });

  it('takes the validation list from the fourth, line ends and last commas as they come', () => {
    const text = 'Training videos: \r\n0002-L,0002-M, A10N08-R, \r\nValidataion videos: \r\n0003-L';
    expect(split(text)).toEqual({ train, validation: ['0003-L'] });
  });

  it.each([
    ['one line', '0002-L, 0002-M', 'line 2: expected the training videos, got none'],
    ['an empty list', 'Training videos:\n , \n', 'line 2: expected the training videos'],
    [
      'another separator',
      'Training videos:\n0002-L 0002-M',
      '(byte 17): line 2: expected names like A10N08-L, got "0002-L 0002-M"',
    ],
    [
      'a name in both lists',
      'T\n0002-L, 0002-M\nV\n0003-L, 0002-M',
      'expected each video in one list, got 0002-M in both',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => split(text)).toThrow(message);
  });
});

describe('pkuClasses', () => {
  it('are the published ones', (context) => {
    const file = readJson(realData('classes.json', context)) as Record<
      string,
      { classes: string[] }
    >;
    expect(pkuClasses).toEqual(file['pkummd']?.classes);
  });
});
