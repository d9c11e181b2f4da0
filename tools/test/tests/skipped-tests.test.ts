import { describe, expect, it } from 'vitest';
import { avoidableSkips, skippedLines, type SkippedTest } from '../../tests/skipped-tests.ts';

const skips: readonly SkippedTest[] = [
  { file: 'docs/test/pages.test.ts', name: 'the site in a browser > shows a clip' },
  {
    file: 'packages/backend/test/webgpu/prepare.test.ts',
    name: 'on webgpu > adds',
    reason: 'no adapter',
  },
  { file: 'packages/backend/test/start-backend.test.ts', name: 'starts tensorflow' },
  {
    file: 'packages/data/test/ntu.test.ts',
    name: 'reads',
    reason: 'there is no ../shared/datasets',
  },
  { file: 'packages/encoders/test/c.test.ts', name: 'on webgpu > central differences' },
  { file: 'packages/onnx/test/k.test.ts', name: 'X', reason: 'wasm has no kernel X' },
  { file: 'packages/files/test/a.test.ts', name: 'forgotten' },
  { file: 'packages/data/test/p.test.ts', name: 'full', reason: 'this system has no /dev/full' },
];

const names = (list: readonly SkippedTest[]): string[] => list.map(({ name }) => name);

describe('the skipped tests that a machine could have run', () => {
  it('exclude those that need something the machine lacks', () => {
    const bare = { chromium: false, tensorflow: false, has: () => false };
    expect(names(avoidableSkips(skips, bare))).toEqual(['forgotten']);
  });

  it('include those that need something the machine has, and those without a reason', () => {
    const whole = { chromium: true, tensorflow: true, has: () => true };
    expect(names(avoidableSkips(skips, whole))).toEqual([
      'the site in a browser > shows a clip',
      'on webgpu > adds',
      'starts tensorflow',
      'reads',
      'forgotten',
    ]);
  });

  it('are distinguished by the path in their reason', () => {
    const shared = {
      chromium: false,
      tensorflow: false,
      has: (path: string) => path === '../shared/datasets',
    };
    expect(names(avoidableSkips(skips, shared))).toEqual(['reads', 'forgotten']);
  });

  it('are counted by reason', () => {
    const twice = [...skips.slice(3, 4), ...skips.slice(3, 4), ...skips.slice(6, 7)];
    expect(skippedLines(twice)).toEqual([
      'skipped: 2 × there is no ../shared/datasets',
      'skipped: 1 × no reason given, in packages/files/test/a.test.ts',
    ]);
  });
});
