import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';

describe('FormatError', () => {
  it('names the file, the byte where it is known, and the problem', () => {
    const error = new FormatError('a/b.npy', 'expected 3, got 4', 12);
    expect(error.message).toBe('a/b.npy (byte 12): expected 3, got 4');
    expect([error.name, error.path, error.offset]).toEqual(['FormatError', 'a/b.npy', 12]);
    expect(new FormatError('a/b.npy', 'expected 3').message).toBe('a/b.npy: expected 3');
    expect(new FormatError('a/b.npy', 'expected 3').offset).toBeUndefined();
  });

  it('has its message if plain JavaScript leaves the path out', () => {
    const error = new FormatError(undefined as never, 'expected 3, got 4');
    expect(error.message).toBe('undefined: expected 3, got 4');
  });
});
