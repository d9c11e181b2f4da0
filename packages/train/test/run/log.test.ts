import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import type { EpochReport } from '@halp/train';
import { formatLog, parseLog } from '../../src/run/log.ts';
import { report } from '../reports.ts';

const PATH = 'run/log.jsonl';

describe('formatLog and parseLog', () => {
  it('round-trip every report', () => {
    const log = [report(0), report(1), report(7)];
    expect(parseLog(formatLog(log), PATH)).toEqual(log);
    expect(parseLog('', PATH)).toEqual([]);
  });

  it('write one line per epoch', () => {
    expect(formatLog([report(0), report(1)]).match(/^\{.*\}$/gm)).toHaveLength(2);
  });

  it('round-trip a metric that is NaN', () => {
    const log = [{ ...report(0), metrics: { knn: NaN, linear: 0.5 } }];
    expect(parseLog(formatLog(log), PATH)).toEqual(log);
  });
});

describe('parseLog', () => {
  const text = formatLog([report(0), report(1)]);

  it('ignores an incomplete last line, truncated at any position', () => {
    const first = formatLog([report(0)]);
    for (let length = first.length; length < text.length - 1; length++) {
      expect(parseLog(text.slice(0, length), PATH)).toEqual([report(0)]);
    }
  });

  it('accepts a complete last line without a line break', () => {
    expect(parseLog(text.slice(0, -1), PATH)).toEqual([report(0), report(1)]);
  });

  it.each<[string, (log: EpochReport[]) => unknown[], number]>([
    ['an epoch twice', (log) => [...log, report(1)], 3],
    ['an epoch without losses', (log) => [{ ...log[0], losses: undefined }, log[1]], 1],
    ['an epoch with a loss of null', (log) => [log[0], { ...log[1], losses: { total: null } }], 2],
    ['an epoch that is not a number', (log) => [{ ...log[0], epoch: '0' }, log[1]], 1],
    ['a line that is not a report', () => [3, report(1)], 1],
  ])('rejects %s and names the line', (_, change, line) => {
    const lines = change([report(0), report(1)]).map((value) => `${JSON.stringify(value)}\n`);
    const parse = (): unknown => parseLog(lines.join(''), PATH);
    expect(parse).toThrow(FormatError);
    expect(parse).toThrow(`run/log.jsonl: line ${line}: expected the report of an epoch`);
  });

  it('rejects a line in the middle that is not JSON, and names it', () => {
    const broken = text.replace('"epoch":0', '"epoch":');
    expect(() => parseLog(broken, PATH)).toThrow('run/log.jsonl: line 1: expected JSON');
  });
});
