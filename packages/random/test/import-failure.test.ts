import { describe, expect, it } from 'vitest';
import { importFailure } from '@halp/random/check';

describe('importFailure', () => {
  it('is one line for any message of the loader', () => {
    expect(importFailure(new Error('Transform failed:\n  x.ts:2:0: ERROR: end'))).toBe(
      'Transform failed: x.ts:2:0: ERROR: end',
    );
    expect(importFailure('text\nmore')).toBe('text more');
    expect(importFailure(undefined)).toBe('undefined');
  });

  it('names the position of a syntax error, which only the stack contains', () => {
    const error = new SyntaxError('Unexpected end of input');
    error.stack =
      'file:///home/me/mine.mjs:2\n\n\n\nSyntaxError: Unexpected end of input\n    at x';
    expect(importFailure(error)).toBe('Unexpected end of input (file:///home/me/mine.mjs:2)');
  });
});
