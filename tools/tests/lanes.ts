/** Which tests a call runs, and how many cases. */
export interface TestRun {
  /** Arguments for vitest. */
  readonly args: readonly string[];
  /** Environment variables: `HALP_LANE`, which `vitest.config.ts` reads, and the numbers of cases. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** The file to which the counts are written. */
  readonly counts: string;
}

/**
 * Parses the flags: the short lane by default, both lanes with `--long`, the long one alone with `--long-only`.
 * `--many-cases` sets `HALP_FUZZ_CASES` and `HALP_KILLS` unless the environment already does.
 */
export function testRun(flags: readonly string[], env: NodeJS.ProcessEnv): TestRun {
  const has = (flag: string): boolean => flags.includes(flag);
  const { HALP_LANE: _, ...own } = env;
  const many = has('--many-cases') ? { HALP_FUZZ_CASES: '100000', HALP_KILLS: '200' } : {};
  const lane = has('--long-only') ? 'long' : has('--long') ? undefined : 'short';
  return {
    args: flags.filter((flag) => !['--long', '--long-only', '--many-cases'].includes(flag)),
    env: { ...many, ...own, HALP_LANE: lane },
    counts: lane === 'long' ? '.nx/tests-long.json' : '.nx/tests.json',
  };
}
