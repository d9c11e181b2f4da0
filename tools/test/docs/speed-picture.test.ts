import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { speedPicture, speedRows } from '../../docs/speed-picture.ts';

const folder = new URL('../../../docs/', import.meta.url);
const page = readFileSync(new URL('performance.md', folder), 'utf8');

describe('docs/performance.md', () => {
  it('has the chart that npm run docs:picture makes of its tables', () => {
    expect(readFileSync(new URL('performance/ratios.svg', folder), 'utf8')).toBe(
      speedPicture(speedRows(page)),
    );
  });

  it('has ratios that follow from the times of its tables', () => {
    const rows = speedRows(page);
    expect(rows.length).toBeGreaterThanOrEqual(10);
    for (const { label, here, pytorch, ratio } of rows) {
      expect(Math.abs(pytorch / here - ratio), label).toBeLessThan(0.0051);
    }
  });

  it('rejects a page without such a table', () => {
    expect(() => speedRows('## The training step\n\ntext\n')).toThrow(
      "expected a table with PyTorch in 'The training step', got none",
    );
  });
});
