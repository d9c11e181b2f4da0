import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { fromPlainError, toPlainError } from '../src/plain-error.ts';

/** An error after its transfer to another thread. */
function sent(thrown: unknown): Error {
  return fromPlainError(structuredClone(toPlainError(thrown)));
}

describe('an error sent between threads', () => {
  it.each([
    new FormatError('a/b.npy', 'expected more', 17),
    new FormatError('a/b.npy', 'expected more'),
    new RangeError('expected less'),
    new TypeError('expected another'),
    new Error('anything'),
  ])('keeps class, message, fields and stack: %s', (error) => {
    const arrived = sent(error);
    expect(arrived.constructor).toBe(error.constructor);
    expect(arrived).toEqual(error);
    expect(arrived.stack).toBe(error.stack);
    expect({ ...arrived }).toEqual({ ...error });
  });

  it('keeps the name of an unknown class, and the system error code', () => {
    class OwnError extends Error {
      override readonly name = 'OwnError';
    }
    expect(sent(new OwnError('mine'))).toMatchObject({ name: 'OwnError', message: 'mine' });
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(sent(denied)).toMatchObject({ code: 'EACCES', message: denied.message });
  });

  it('is created from values that are not errors', () => {
    expect(sent('a text')).toEqual(new Error('a text'));
    expect(sent(undefined)).toEqual(new Error('undefined'));
    // Fields of other types are dropped: they may not be cloneable.
    expect(sent(Object.assign(new RangeError('odd'), { path: () => 0 }))).toEqual(
      new RangeError('odd'),
    );
  });
});
