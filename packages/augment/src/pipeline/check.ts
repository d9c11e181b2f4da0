import {
  expectModuleName,
  expectOptions,
  expectPositiveIntegers,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { checkAxisMask } from '../space/axis-mask.ts';
import { checkGaussianBlur } from '../space/gaussian-blur.ts';
import { checkGaussianNoise } from '../space/gaussian-noise.ts';
import { checkJointCorruption } from '../space/joint-corruption.ts';
import { checkParallelShoulders } from '../space/parallel-shoulders.ts';
import { checkRotation } from '../space/rotation.ts';
import { checkShear } from '../space/shear.ts';
import { checkSpatialFlip } from '../space/spatial-flip.ts';
import { checkCentreCrop, checkCropResize } from '../time/crop.ts';
import { checkTemporalCrop } from '../time/temporal-crop.ts';
import type { Pipeline, Step } from './pipeline.ts';

/** The maximum number of frames that a step may produce or read, since a file can contain any number: five minutes at 30 Hz. */
const MAX_FRAMES = 10_000;
/** The maximum depth of nested `one-of` steps. */
const MAX_NESTED = 16;

/** Facts about the clips to which a pipeline will be applied. */
export interface ClipFacts {
  /** The number of joints V. Default: unknown. */
  readonly joints?: number | undefined;
}

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

function checkSteps(steps: Pipeline, clips: ClipFacts, inside: string, nested: number): void {
  if (!isList(steps)) {
    throw new TypeError(`checkPipeline: ${inside}expected a list of steps, got ${show(steps)}`);
  }
  steps.forEach((step, index) => {
    const where = nameStep(step, index, inside);
    try {
      checkStep(step, clips, where, nested);
    } catch (error) {
      if (!(error instanceof RangeError) || error.message.startsWith('checkPipeline')) throw error;
      throw new RangeError(`checkPipeline: ${where}: ${error.message}`, { cause: error });
    }
  });
}

/** The fields of each kind of step besides `kind`. */
const fields: {
  readonly [Kind in Step['kind']]: {
    readonly required: readonly Exclude<keyof Extract<Step, { kind: Kind }>, 'kind'>[];
    readonly optional: readonly Exclude<keyof Extract<Step, { kind: Kind }>, 'kind'>[];
  };
} = {
  'crop-resize': { required: ['size', 'ratio', 'minimum'], optional: ['longest'] },
  'centre-crop': { required: ['size'], optional: ['ratio', 'longest'] },
  'temporal-crop': { required: ['paddingRatio'], optional: [] },
  'temporal-flip': { required: [], optional: [] },
  'spatial-flip': { required: ['layout', 'axis'], optional: [] },
  'parallel-shoulders': { required: ['layout'], optional: [] },
  rotation: { required: ['main', 'others'], optional: [] },
  shear: { required: [], optional: ['amplitude'] },
  'gaussian-noise': { required: ['deviation'], optional: ['points'] },
  'gaussian-blur': { required: ['sigma'], optional: ['radius', 'weights'] },
  'axis-mask': { required: [], optional: ['axis'] },
  'joint-corruption': { required: ['joints'], optional: [] },
  'one-of': { required: ['choices'], optional: [] },
  module: { required: ['module'], optional: ['options'] },
};

function checkStep(step: Step, clips: ClipFacts, where: string, nested: number): void {
  const kind = step?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(fields, kind)) {
    return fail(where, `a kind among ${Object.keys(fields).join(', ')}`, kind);
  }
  expectKeys(step, where, fields[kind].required, fields[kind].optional);
  switch (step.kind) {
    case 'crop-resize':
      if (!isList(step.ratio) || step.ratio.length !== 2) {
        fail(where, 'a ratio of the form [low, high]', step.ratio);
      }
      checkCropResize(step);
      return checkFrameCount(where, 'size', step.size);
    case 'centre-crop':
      checkCentreCrop(step);
      return checkFrameCount(where, 'size', step.size);
    case 'temporal-crop':
      return checkTemporalCrop(step);
    case 'temporal-flip':
      return;
    case 'spatial-flip':
      return checkSpatialFlip(step, clips.joints);
    case 'parallel-shoulders':
      return checkParallelShoulders(step, clips.joints);
    case 'rotation':
      return checkRotation(step);
    case 'shear':
      return checkShear(step);
    case 'gaussian-noise':
      return checkGaussianNoise(step);
    case 'gaussian-blur':
      checkGaussianBlur(step);
      return checkFrameCount(where, 'radius', step.radius);
    case 'axis-mask':
      return checkAxisMask(step);
    case 'joint-corruption':
      return checkJointCorruption(step, clips.joints);
    case 'one-of':
      if (nested === MAX_NESTED) {
        throw new RangeError(
          `checkPipeline: expected at most ${MAX_NESTED} nested 'one-of', got more`,
        );
      }
      return checkChoices(step.choices, clips, where, nested + 1);
    case 'module':
      return expectModuleName('checkPipeline', `module of ${where}`, step.module);
  }
}

function checkChoices(
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

function show(value: unknown): string {
  return typeof value === 'string' ? gotText(value) : (JSON.stringify(value) ?? String(value));
}
