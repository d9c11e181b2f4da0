import {
  expectModuleName,
  expectOptions,
  expectPositiveIntegers,
  type OptionNames,
} from '@halp/random/check';
import type { ClipFacts } from './clip-facts.ts';
import { show } from './expect-ratio.ts';
import type { Pipeline, Step } from './pipeline.ts';
import { recordOf, steps } from './steps.ts';

/** The maximum number of frames that a step may produce or read, since a file can contain any number: five minutes at 30 Hz. */
const MAX_FRAMES = 10_000;
/** The maximum depth of nested `one-of` steps. */
const MAX_NESTED = 16;

const factNames: OptionNames<ClipFacts> = { joints: true };

/**
 * Checks that a pipeline can be compiled and fits the clips. Pipelines are data and may come from a file, so every field is
 * checked: unknown fields are errors, and so are more than 10,000 frames, which would exhaust the memory, and more than 16
 * nested `one-of` steps.
 *
 * @throws RangeError, TypeError naming the step by its number and kind.
 */
export function checkPipeline(pipeline: Pipeline, clips: ClipFacts = {}): void {
  const { joints } = expectOptions(
    'checkPipeline',
    clips,
    factNames,
    'facts of the clips as an object',
  );
  if (joints !== undefined) expectPositiveIntegers('checkPipeline', { joints });
  checkSteps(pipeline, clips, '', 0);
}

/** The name of a step in errors: `step 1 ('one-of')`. */
export function nameStep(step: Step, index: number, inside: string): string {
  return `${inside}step ${index} ('${step?.kind}')`;
}

function checkSteps(pipeline: Pipeline, clips: ClipFacts, inside: string, nested: number): void {
  if (!isList(pipeline)) {
    throw new TypeError(`checkPipeline: ${inside}expected a list of steps, got ${show(pipeline)}`);
  }
  pipeline.forEach((step, index) => {
    const where = nameStep(step, index, inside);
    try {
      checkStep(step, clips, where, nested);
    } catch (error) {
      if (!(error instanceof RangeError) || error.message.startsWith('checkPipeline')) throw error;
      throw new RangeError(`checkPipeline: ${where}: ${error.message}`, { cause: error });
    }
  });
}

/** The fields of the steps that hold others, and of a module. */
const otherFields = {
  'one-of': { required: ['choices'], optional: [] },
  module: { required: ['module'], optional: ['options'] },
} as const;
const fields: Readonly<
  Record<Step['kind'], Readonly<Record<'required' | 'optional', readonly string[]>>>
> = { ...steps, ...otherFields };

function checkStep(step: Step, clips: ClipFacts, where: string, nested: number): void {
  const kind = step?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(fields, kind)) {
    return fail(where, `a kind among ${Object.keys(fields).join(', ')}`, kind);
  }
  expectKeys(step, where, fields[kind].required, fields[kind].optional);
  if (step.kind === 'module') {
    return expectModuleName('checkPipeline', `module of ${where}`, step.module);
  }
  if (step.kind === 'one-of') {
    if (nested === MAX_NESTED) {
      throw new RangeError(
        `checkPipeline: expected at most ${MAX_NESTED} nested 'one-of', got more`,
      );
    }
    return checkChoices(step.choices, clips, where, nested + 1);
  }
  const { check, frames } = recordOf(step);
  check(step, clips);
  for (const [field, count] of Object.entries(frames?.(step) ?? {})) {
    checkFrameCount(where, field, count);
  }
}

/** Checks the choices of a `one-of` step, of which `where` is the name in errors; see {@link checkPipeline}. */
export function checkChoices(
  choices: Extract<Step, { kind: 'one-of' }>['choices'],
  clips: ClipFacts,
  where: string,
  nested: number,
): void {
  if (!isList(choices) || choices.length === 0) fail(where, 'at least one choice', choices);
  let sum = 0;
  choices.forEach((choice, index) => {
    const which = `${where}, choice ${index}`;
    expectKeys(choice, which, ['probability', 'steps'], []);
    if (!isProbability(choice.probability)) {
      fail(which, 'a probability in (0, 1]', choice.probability);
    }
    sum += choice.probability;
    checkSteps(choice.steps, clips, `${which}, `, nested);
  });
  if (Math.abs(sum - 1) > 1e-9) fail(where, 'probabilities that sum to 1', sum);
}

function checkFrameCount(where: string, field: string, frames = 0): void {
  if (frames > MAX_FRAMES) fail(where, `a ${field} of at most ${MAX_FRAMES} frames`, frames);
}

// False for strings, which would otherwise compare like numbers.
function isProbability(value: number): boolean {
  return Number.isFinite(value) && value > 0 && value <= 1;
}

function expectKeys(
  value: object,
  where: string,
  required: readonly string[],
  optional: readonly string[],
): void {
  for (const key of required) {
    if (!Object.hasOwn(value, key)) fail(where, `a field '${key}'`, value);
  }
  const known = ['kind', ...required, ...optional];
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) fail(where, `no fields but ${known.join(', ')}`, key);
  }
}

// Not a type guard: the declared types are lists, but files may contain anything.
function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function fail(where: string, expected: string, got: unknown): never {
  throw new RangeError(`checkPipeline: ${where}: expected ${expected}, got ${show(got)}`);
}
