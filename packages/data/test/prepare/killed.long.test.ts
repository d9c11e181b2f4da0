import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers.ts';
import { killedAndResumedTest, script } from './killed-and-resumed.ts';

killedAndResumedTest(Number(process.env['HALP_KILLS'] ?? 3));

describe('a preparation from another working directory, without installed packages', () => {
  const path = temporaryFolder();

  it('finds its worker threads', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        ...['--conditions=@halp/source', '--import', import.meta.resolve('tsx')],
        ...[fileURLToPath(script), 'out', '2'],
      ],
      { cwd: path(), encoding: 'utf8', timeout: 60_000 },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(readdirSync(path('out'))).toContain('dataset.json');
  }, 60_000);
});
