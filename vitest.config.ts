import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const conditions = ['@halp/source'];

/**
 * Files that end in `.long.test.ts` are the long lane: `HALP_LANE=short` leaves them out, `long` takes them alone. Without
 * it `npx vitest run FILE` runs any file.
 */
const lane = process.env['HALP_LANE'];
const inLane = (patterns: readonly string[]): string[] =>
  patterns.map((pattern) =>
    lane === 'long' ? pattern.replace('*.test.ts', '*.long.test.ts') : pattern,
  );
const otherLane = lane === 'short' ? ['**/*.long.test.ts'] : [];

/** Files that a reader of the guides saves in the root: `npx vitest run mean-pose.test.ts`. */
const own = ['*.test.ts'];
const all = [
  'packages/*/test/**/*.test.ts',
  'examples/*/test/**/*.test.ts',
  'tools/test/**/*.test.ts',
  'docs/test/**/*.test.ts',
];
const testsOf = (...names: readonly string[]): string[] =>
  names.map((name) => `packages/${name}/test/**/*.test.ts`);
const plain = testsOf('random', 'skeleton', 'augment', 'viewer', 'files', 'data');
const tensors = testsOf(
  ...[
    'nn',
    'encoders',
    'contrastive',
    'positives',
    'protocols',
    'recipes',
    'train',
    'report',
    'onnx',
    'runs',
    'live',
    'halp',
    'cli',
  ],
);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      // One process for many files: loading modules and backends and compiling shaders took longer than most tests.
      {
        extends: true,
        test: { name: 'plain', include: inLane(plain), exclude: otherLane, isolate: false },
      },
      {
        extends: true,
        test: { name: 'tensors', include: inLane(tensors), exclude: otherLane, isolate: false },
      },
      // The others change their process or count what it has: each file has one of its own.
      {
        extends: true,
        test: {
          name: 'processes',
          include: inLane(all),
          exclude: [...plain, ...tensors, ...otherLane],
        },
      },
      { extends: true, test: { name: 'own', include: own } },
    ],
    // A core each: of two cores vitest would use one.
    maxWorkers: availableParallelism(),
    // TensorFlow.js must not be loaded in worker threads.
    pool: 'forks',
    // What takes seconds here may take minutes on a busy machine: these limits end only what hangs.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 120_000,
    expect: { requireAssertions: true, poll: { timeout: 120_000 } },
  },
});
