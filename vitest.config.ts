import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const conditions = ['@halp/source'];

const all = [
  'packages/*/test/**/*.test.ts',
  'examples/*/test/**/*.test.ts',
  'tools/test/**/*.test.ts',
  'docs/test/**/*.test.ts',
];
const plain = ['random', 'skeleton', 'augment', 'viewer', 'files', 'data'].map(
  (name) => `packages/${name}/test/**/*.test.ts`,
);

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      // One module graph a process: these packages hold no tensors, and most of their time was loading modules.
      { extends: true, test: { name: 'plain', include: [...plain], isolate: false } },
      { extends: true, test: { name: "tensors", include: [...all], exclude: [...plain], isolate: false } },
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
