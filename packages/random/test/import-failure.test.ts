import { describe, expect, it } from 'vitest';
import { importAdvice, importFailure } from '@halp/random/check';

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

describe('importAdvice', () => {
  it('is to install a missing package, as Node and its require name it', () => {
    const advice = /^install @halp\/none where the module is, or move the module/;
    const imported = "Cannot find package '@halp/none' imported from /a.ts";
    expect(
      importAdvice(Object.assign(new Error(imported), { code: 'ERR_MODULE_NOT_FOUND' })),
    ).toMatch(advice);
    const required = "Cannot find module '@halp/none'\nRequire stack:\n- /a.ts";
    const failure = Object.assign(new Error(required), { code: 'MODULE_NOT_FOUND' });
    expect(importAdvice(failure)).toMatch(advice);
    expect(importFailure(failure)).toBe("Cannot find module '@halp/none'");
  });

  it('is to correct the module otherwise, also if a file is missing', () => {
    for (const name of ['./mean-pose.ts', '/a.js', 'file:///a.js', 'C:\\a.js']) {
      const failure = Object.assign(new Error(`Cannot find module '${name}' imported from /a.ts`), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
      expect(importAdvice(failure)).toBe('correct the module');
    }
    for (const error of [new Error('boom'), 'boom', undefined, null]) {
      expect(importAdvice(error)).toBe('correct the module');
    }
  });
});
