/** The functions of a test runner, such as vitest, jest or mocha with an `expect`. */
export interface TestFunctions {
  /** Groups tests under a name. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Declares an asynchronous test. */
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Starts a comparison with an expected value. */
  readonly expect: (value: unknown) => Expectation;
}

/** The part of a test runner's `expect` that a suite uses. */
export interface Expectation {
  /** Fails unless the value is the expected one. */
  toBe(wanted: unknown): unknown;
}

/** A requirement that is not met. */
export interface Violation {
  /** The requirement, which is the name of its test. */
  readonly requirement: string;
  /** The expected and the actual behaviour, and what to do. */
  readonly problem: string;
}

/** The requirements of a suite by name. Each returns a problem, or undefined. */
export type Requirements<Subject> = Readonly<
  Record<string, (subject: Subject) => Promise<string | undefined>>
>;

/** The value that a test compares if there is no problem. */
const FINE = 'nothing is wrong';

/**
 * Declares one test for each requirement.
 *
 * @param title - the name of the group of tests.
 */
export function declareSuite<Subject>(
  title: string,
  requirements: Requirements<Subject>,
  subject: Subject,
  { describe, it, expect }: TestFunctions,
): void {
  describe(title, () => {
    for (const [requirement, check] of Object.entries(requirements)) {
      it(requirement, async () => {
        const problem = await check(subject);
        expect(problem ?? FINE).toBe(FINE);
      });
    }
  });
}

/** The requirements that a subject does not meet, in their order. An exception counts as a violation. */
export async function violationsOf<Subject>(
  requirements: Requirements<Subject>,
  subject: Subject,
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const [requirement, check] of Object.entries(requirements)) {
    const problem = await Promise.resolve(check(subject)).catch(
      (error: unknown) => `it threw ${error instanceof Error ? error.message : String(error)}`,
    );
    if (problem !== undefined) violations.push({ requirement, problem });
  }
  return violations;
}
