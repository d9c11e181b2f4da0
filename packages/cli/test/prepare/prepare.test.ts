import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { halp } from '../helpers.ts';

let folder = '';
const at = (...names: readonly string[]): string => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halp-cli-prepare-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Files in NTU's format without any body. */
function writeEmpty(...names: readonly string[]): void {
  mkdirSync(at('raw'), { recursive: true });
  for (const name of names) writeFileSync(at('raw', `${name}.skeleton`), '2\n0\n0\n');
}

describe('halp prepare', () => {
  it('skips the header lines of a list of missing samples, and reports the numbers of skipped lines and empty clips', async () => {
    writeEmpty('S001C001P001R001A001', 'S001C001P001R001A002', 'S001C001P003R001A001');
    const list = at('missing.txt');
    writeFileSync(
      list,
      '\ufeff302 recordings of the set lack skeletons.\r\nLeave them out.\r\n\r\ns001c001p001r001a002.skeleton\r\n',
    );
    const { stderr: lines } = await halp(
      ...['prepare', 'ntu60', '--raw', at('raw'), '--out', at('out')],
      ...['--missing-list', list, '--benchmark', 'xsub'],
    );
    expect(lines).toContain(`${list}: 1 name; skipped 2 other lines, the first: 302 recordings`);
    expect(lines).toContain('left out: 1 files, on the list of missing skeletons');
    expect(lines).toContain('2 clips are empty (no person)');
    expect(lines.match(/classes without a clip/g)).toHaveLength(1);
    expect(lines).toContain(
      'note: classes without a clip: 59 of 60 in xsub train, xsub test (eat meal/snack, ',
    );
    const labels = readFileSync(at('out', 'xsub', 'train_name.json'), 'utf8');
    expect(labels).not.toContain('A002');
  });
});
