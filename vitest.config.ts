import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const conditions = ['@halp/source'];

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
    'cli',
  ],
);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      // One process for many files: loading modules and backends and compiling shaders took longer than most tests.
      { extends: true, test: { name: 'plain', include: plain, isolate: false } },
      { extends: true, test: { name: 'tensors', include: tensors, isolate: false } },
      // The others change their process or count what it has: each file has one of its own.
      {
        extends: true,
        test: { name: 'processes', include: all, exclude: [...plain, ...tensors] },
      },
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
