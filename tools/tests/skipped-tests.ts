/**
 * Lists skipped tests with their reasons, and finds those that this machine could have run.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/** The file to which the reporter writes the skipped tests. */
export const SKIPPED = '.nx/skipped.json';

/** A skipped test. */
export interface SkippedTest {
  /** Path of its file, relative to the root of the workspace. */
  readonly file: string;
  /** Its full name, with the names of its `describe` blocks. */
  readonly name: string;
  /** The reason, if it has one. */
  readonly reason?: string | undefined;
}

/** What this machine has, of what some tests need. */
export interface MachineParts {
  /** Whether Chromium is installed, for pages and for software Vulkan. */
  readonly chromium: boolean;
  /** Whether TensorFlow's library and its binding are installed. */
  readonly tensorflow: boolean;
  /** Whether a path exists. */
  readonly has: (path: string) => boolean;
}

/** A vitest reporter that writes {@link SKIPPED} and prints one line for each unhandled error. */
export default class SkippedTests implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[] = []): void {
    // No test fails because of them, but the run does.
    for (const { name, message } of errors) console.log(`unhandled error: ${name}: ${message}`);
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test): SkippedTest => {
        const result = test.result();
        const reason = result.state === 'skipped' ? result.note : undefined;
        const file = relative(process.cwd(), module.moduleId);
        return { file, name: test.fullName, reason };
      }),
    );
    mkdirSync('.nx', { recursive: true });
    writeFileSync(SKIPPED, `${JSON.stringify(skipped, null, 2)}\n`);
  }
}

/** Tests that are skipped on purpose on every machine. */
const DELIBERATE = [
  /central differences/,
  /has no kernel/,
  /there are no kernels for/,
  /this processor has no/,
];

/** The tests that this machine could have run, and those without a reason. */
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

/** One line per reason, the most frequent first: `12 × there is no chromium`. */
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
