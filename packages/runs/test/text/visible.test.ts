import { describe, expect, it, vi } from 'vitest';
import { processOutput } from '../../../cli/src/terminal/output.ts';
import { halp } from '../../../cli/test/helpers.ts';
import { oneField, visible } from '../../src/text/visible.ts';

describe('printed text', () => {
  it('shows control characters as escapes, and everything else unchanged', () => {
    expect(visible('Ärm heben, 手を振る 👋\n\tzwei')).toBe('Ärm heben, 手を振る 👋\n\tzwei');
    expect(visible('\u001b[2J\u001b]0;title\u0007\r\b\u007f\u009b31m')).toBe(
      String.raw`\x1b[2J\x1b]0;title\x07\x0d\x08\x7f\x9b31m`,
    );
    expect(visible('safe\u202efdp.exe')).toBe(String.raw`safe\u202efdp.exe`);
  });

  it('is escaped by the output of the process', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      processOutput(false).line('class \u001b[2Jwave');
      expect(write).toHaveBeenCalledWith(`class ${String.raw`\x1b`}[2Jwave\n`);
    } finally {
      write.mockRestore();
    }
  });

  it('is escaped in errors and usage messages', async () => {
    const missing = await halp('pretrain', 'no\u001b[2J', '--data', 'd', '--out', 'o');
    expect(missing.stderr).toContain(String.raw`no\u001b[2J`);
    expect(missing.stderr).not.toContain('\u001b');
    const usage = await halp('eval\u001b[2J');
    expect(usage.stderr).not.toContain('\u001b');
  });
});

describe('a field of a line', () => {
  it('has no field or line separators', () => {
    expect(oneField('a\tb\nc\r\u2028d')).toBe(String.raw`a\tb\nc\x0d\u2028d`);
  });
});
