import { win32 } from 'node:path';
import { dirname, join } from 'node:path/posix';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNameOf } from '@halp/files';

describe('fileNameOf', () => {
  it.each(['ntu60', 'epoch-0300-knn-5', 'semi-supervised-0.1', 'nw-ucla-halp_lambda=0.4-seed0'])(
    'returns %j as it is',
    (text) => {
      expect(fileNameOf(text)).toBe(text);
    },
  );

  it.each([
    ['../my set', /^my-set-[0-9a-f]{8}$/],
    ['a/b\\c:d', /^a-b-c-d-[0-9a-f]{8}$/],
    ['.hidden', /^hidden-[0-9a-f]{8}$/],
    ['--option', /^option-[0-9a-f]{8}$/],
    ['name.', /^name-[0-9a-f]{8}$/],
    ['CON', /^_CON-[0-9a-f]{8}$/],
    ['nul.txt', /^_nul\.txt-[0-9a-f]{8}$/],
    ['骨格', /^unnamed-[0-9a-f]{8}$/],
    ['..', /^unnamed-[0-9a-f]{8}$/],
    ['', /^unnamed-00000000$/],
    ['x'.repeat(500), /^x{151}-[0-9a-f]{8}$/],
  ])('makes a name of %j, marked by a checksum', (text, name) => {
    expect(fileNameOf(text)).toMatch(name);
  });

  it('returns different names for texts that differ only in unsafe characters', () => {
    const texts = ['a b', 'a/b', 'a\\b', 'a:b', 'a-b', 'a b ', '..a b', '骨', '格', 'a\0b'];
    expect(new Set(texts.map(fileNameOf)).size).toBe(texts.length);
  });

  it('stays inside the folder that it is joined to, on every system, and is unchanged by a second call', () => {
    const text = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary' }));
    const holds = fc.property(text, (any) => {
      const name = fileNameOf(any);
      return (
        dirname(join('/runs', name)) === '/runs' &&
        win32.dirname(win32.join('C:\\runs', name)) === 'C:\\runs' &&
        /^\w[\w.=+-]{0,159}$/.test(name) &&
        fileNameOf(name) === name
      );
    });
    expect(fc.check(holds, { seed: 1 }).counterexample).toBeNull();
  });
});
