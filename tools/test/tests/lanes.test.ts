import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testRun } from '../../tests/lanes.ts';

describe('the tests selected by a call', () => {
  it('are the short lane without a flag, both with --long, and the long one alone with --long-only', () => {
    const lane = (...flags: readonly string[]) => testRun(flags, {}).env['HALP_LANE'];
    expect([lane(), lane('--long'), lane('--long-only')]).toEqual(['short', undefined, 'long']);
    expect(testRun(['--long'], { HALP_LANE: 'short' }).env).toEqual({});
    expect(testRun(['packages/nn', '--long', '--bail=1'], {}).args).toEqual([
      'packages/nn',
      '--bail=1',
    ]);
  });

  it('write their counts to a separate file for each lane', () => {
    const counts = [[], ['--long'], ['--long-only']].map((flags) => testRun(flags, {}).counts);
    expect(counts).toEqual(['.nx/tests.json', '.nx/tests.json', '.nx/tests-long.json']);
  });

  it('take the number of cases from --many-cases, unless the environment sets it', () => {
    expect(testRun(['--long'], {}).env).toEqual({});
    expect(testRun(['--long', '--many-cases'], { HALP_KILLS: '7' }).env).toEqual({
      HALP_FUZZ_CASES: '100000',
      HALP_KILLS: '7',
    });
  });
});

describe('the vitest lanes', () => {
  const files = (lane: string): readonly string[] => {
    const args = ['node_modules/vitest/vitest.mjs', 'list', '--filesOnly', '--json'];
    const env = { ...process.env, HALP_LANE: lane };
    const printed = execFileSync(process.execPath, args, { env, encoding: 'utf8' });
    return (JSON.parse(printed) as { file: string }[]).map(({ file }) =>
      relative(process.cwd(), file),
    );
  };

  it('contain each file in exactly one lane', () => {
    const [short, long] = [files('short'), files('long')];
    expect(long.length).toBeGreaterThan(5);
    expect(long.every((file) => file.endsWith('.long.test.ts'))).toBe(true);
    const all = ['packages', 'examples', 'tools', 'docs'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.test.ts') && !/node_modules|\.tsbuild/.test(file))
        .map((file) => join(folder, file)),
    );
    expect([...short, ...long].sort()).toEqual(all.sort());
  });
});
