/** Which tests one call runs, and how hard they try. */
export interface TestRun {
  /** What is left for vitest. */
  readonly args: readonly string[];
  /** The environment in which it runs: `HALP_LANE`, which `vitest.config.ts` reads, and how many cases there are. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Where its counts are left. */
  readonly counts: string;
}

/**
 * The run that the flags ask for: the short lane without one, both with `--long`, the long one alone with `--long-only`;
 * `--many-cases` sets `HALP_FUZZ_CASES` and `HALP_KILLS` where the environment does not.
 */
export function testRun(flags: readonly string[], env: NodeJS.ProcessEnv): TestRun {
  const has = (flag: string): boolean => flags.includes(flag);
  const { HALP_LANE: _, ...own } = env;
  const many = has('--many-cases') ? { HALP_FUZZ_CASES: '100000', HALP_KILLS: '200' } : {};
  const lane = has('--long-only') ? 'long' : has('--long') ? undefined : 'short';
  return {
    args: flags.filter((flag) => !['--long', '--long-only', '--many-cases'].includes(flag)),
    env: { ...many, ...own, ...(lane === undefined ? {} : { HALP_LANE: lane }) },
    counts: lane === 'long' ? '.nx/tests-long.json' : '.nx/tests.json',
  };
}
