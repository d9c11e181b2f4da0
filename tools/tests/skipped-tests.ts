/**
 * Which tests were skipped, and why; and which of them this machine could have run, so that a green run hides nothing.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** Where the reporter leaves what was skipped. */
export const SKIPPED = '.nx/skipped.json';

/** A test that was skipped. */
export interface SkippedTest {
  /** Its file, from the root of the workspace. */
  readonly file: string;
  /** Its name with those of its blocks. */
  readonly name: string;
  /** The reason that it gave, if any. */
  readonly reason?: string;
}

/** What this machine has that some tests need. */
export interface MachineParts {
  /** Chromium, for pages and for software Vulkan. */
  readonly chromium: boolean;
  /** TensorFlow's library with its binding. */
  readonly tensorflow: boolean;
  /** Whether there is something at a path. */
  readonly has: (path: string) => boolean;
}

/** A reporter of vitest that writes {@link SKIPPED}. */
export default class SkippedTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test): SkippedTest => {
        const result = test.result();
        const reason = result.state === 'skipped' ? result.note : undefined;
        const file = relative(process.cwd(), module.moduleId);
        return { file, name: test.fullName, ...(reason === undefined ? {} : { reason }) };
      }),
    );
    mkdirSync('.nx', { recursive: true });
    writeFileSync(SKIPPED, `${JSON.stringify(skipped, null, 2)}\n`);
  }
}

/** What is skipped on purpose, on every machine. */
const DELIBERATE = [
  /central differences/,
  /has no kernel/,
  /there are no kernels for/,
  /this processor has no/,
];

/** Those that this machine could have run, or that do not say why they were skipped. */
export function avoidableSkips(
  skipped: readonly SkippedTest[],
  machine: MachineParts,
): readonly SkippedTest[] {
  return skipped.filter(({ file, name, reason = '' }) => {
    const text = `${name} ${reason}`;
    if (DELIBERATE.some((pattern) => pattern.test(text))) return false;
    const missing = /there is no (\S*\/\S+)/.exec(reason)?.[1];
    if (missing !== undefined) return machine.has(missing);
    if (/browser|webgpu|chromium/i.test(text) || /browser|pages/.test(file))
      return machine.chromium;
    if (/tensorflow|g\+\+|native/i.test(`${text} ${file}`)) return machine.tensorflow;
    return reason === '';
  });
}

/** One line for each reason, the most frequent first: `12 × there is no chromium`. */
export function skippedLines(skipped: readonly SkippedTest[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { file, reason } of skipped) {
    const key = reason ?? `no reason given, in ${file}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `skipped: ${count} × ${reason}`);
}

/** Whether there is something at a path; for {@link MachineParts}. */
export const hasPath = (path: string): boolean => existsSync(path);
