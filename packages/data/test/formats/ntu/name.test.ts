import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNtuName, parseNtuName } from '../../../src/index.ts';

describe('parseNtuName', () => {
  it('reads setup, camera, performer, replication and action', () => {
    expect(parseNtuName('S017C003P020R002A055')).toEqual({
      setup: 17,
      camera: 3,
      subject: 20,
      replication: 2,
      action: 55,
    });
  });

  it('reads lower case, as in some archives', () => {
    expect(parseNtuName('s017c003p020R002a055')).toEqual(parseNtuName('S017C003P020R002A055'));
  });

  it.each(['', 'S017C003P020R002A055.skeleton', 'S17C003P020R002A055', 'S017C003P020R002A000'])(
    'is undefined for %j',
    (name) => {
      expect(parseNtuName(name)).toBeUndefined();
    },
  );
});

describe('formatNtuName', () => {
  it('is the inverse of parseNtuName', () => {
    const number = fc.integer({ min: 1, max: 999 });
    const names = fc.record({
      setup: number,
      camera: number,
      subject: number,
      replication: number,
      action: number,
    });
    fc.assert(
      fc.property(names, (name) => {
        expect(parseNtuName(formatNtuName(name))).toEqual(name);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('refuses a number that three digits cannot hold', () => {
    const name = { setup: 1, camera: 1, subject: 1000, replication: 1, action: 1 };
    expect(() => formatNtuName(name)).toThrow('expected numbers in [1, 999], got 1000');
  });
});
