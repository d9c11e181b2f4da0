import { checkCentreCrop, checkCropResize } from './crop.ts';
import { checkJointCorruption } from './joint-corruption.ts';
import type { Pipeline, Step } from './pipeline.ts';

/** What is known of the clips that a pipeline will meet. */
export interface ClipFacts {
  /** The number of joints V. */
  readonly joints?: number;
}

/**
 * Nothing, if the pipeline can be compiled and, as far as is known, fits the clips. Pipelines are
 * data and may come from a file, so every field is checked, and a misspelt one is an error.
 *
 * @throws RangeError, TypeError naming the step by its number and kind.
 */
export function checkPipeline(pipeline: Pipeline, clips: ClipFacts = {}): void {
  checkSteps(pipeline, clips, '');
}

/** How errors name a step: `step 1 ('one-of')`. */
export function nameStep(step: Step, index: number, inside: string): string {
  return `${inside}step ${index} ('${step?.kind}')`;
}

function checkSteps(steps: Pipeline, clips: ClipFacts, inside: string): void {
  if (!isList(steps)) {
    throw new TypeError(`checkPipeline: ${inside}expected a list of steps, got ${show(steps)}`);
  }
  steps.forEach((step, index) => {
    const where = nameStep(step, index, inside);
    try {
      checkStep(step, clips, where);
    } catch (error) {
      if (!(error instanceof RangeError) || error.message.startsWith('checkPipeline')) throw error;
      throw new RangeError(`checkPipeline: ${where}: ${error.message}`, { cause: error });
    }
  });
}

function checkStep(step: Step, clips: ClipFacts, where: string): void {
  const kind = step?.kind;
  switch (kind) {
    case 'crop-resize':
      expectKeys(step, where, ['size', 'ratio', 'minimum'], ['longest']);
      if (!isList(step.ratio) || step.ratio.length !== 2) {
        fail(where, 'a ratio of the form [low, high]', step.ratio);
      }
      return checkCropResize(step);
    case 'centre-crop':
      expectKeys(step, where, ['size'], ['ratio', 'longest']);
      return checkCentreCrop(step);
    case 'shear':
      return expectKeys(step, where, [], []);
    case 'joint-corruption':
      expectKeys(step, where, ['joints'], []);
      return checkJointCorruption(step, clips.joints);
    case 'one-of':
      expectKeys(step, where, ['choices'], []);
      return checkChoices(step.choices, clips, where);
    case 'module':
      expectKeys(step, where, ['module'], ['options']);
      if (typeof step.module !== 'string' || !URL.canParse(step.module)) {
        fail(where, 'module to be a URL', step.module);
      }
      return;
    default:
      unknownKind(kind, where);
  }
}

function checkChoices(
  choices: Extract<Step, { kind: 'one-of' }>['choices'],
  clips: ClipFacts,
  where: string,
): void {
  if (!isList(choices) || choices.length === 0) fail(where, 'at least one choice', choices);
  let sum = 0;
  choices.forEach((choice, index) => {
    const which = `${where}, choice ${index}`;
    expectKeys(choice, which, ['probability', 'steps'], []);
    if (!(choice.probability > 0 && choice.probability <= 1)) {
      fail(which, 'a probability in (0, 1]', choice.probability);
    }
    sum += choice.probability;
    checkSteps(choice.steps, clips, `${which}, `);
  });
  if (Math.abs(sum - 1) > 1e-9) fail(where, 'probabilities that sum to 1', sum);
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
    if (!known.includes(key)) fail(where, `no fields but ${known.join(', ')}`, `'${key}'`);
  }
}

function unknownKind(kind: never, where: string): never {
  const kinds = 'crop-resize, centre-crop, shear, joint-corruption, one-of or module';
  return fail(where, `a kind among ${kinds}`, kind);
}

// Not a type guard: the types promise lists, and files may break the promise.
function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function fail(where: string, expected: string, got: unknown): never {
  throw new RangeError(`checkPipeline: ${where}: expected ${expected}, got ${show(got)}`);
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
