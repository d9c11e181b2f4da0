import { defineConfig } from 'vitest/config';

const conditions = ['@halp/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'tools/test/**/*.test.ts',
      'docs/test/**/*.test.ts',
    ],
    // TensorFlow.js must not be loaded in worker threads.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A page on a busy machine takes its time; what does not come fails by the test's own limit.
    expect: { requireAssertions: true, poll: { timeout: 30_000 } },
  },
});
