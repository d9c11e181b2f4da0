import type { Random } from '@halp/random';
import {
  expectArray,
  expectObject,
  expectOptions,
  importFailure,
  type OptionNames,
} from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { checkChoices, nameStep } from './check.ts';
import { modulesOfPipeline } from './modules.ts';
import type { ModuleStep, OneOfStep, Step } from './pipeline.ts';
import { recordOf } from './steps.ts';

/**
 * A function that returns a new clip; the given clip is not changed.
 *
 * The same clip and the same state of the stream give the same result.
 */
export type Transform = (clip: Clip, rng: Random) => Clip;

/** What the module of a `module` step exports. */
export interface StepModule {
  /** Creates the transform for the step's `options`; throws if they are invalid. */
  readonly createTransform: (options: unknown) => Transform | Promise<Transform>;
}

/** Options of {@link compilePipeline}. */
export interface CompileOptions {
  /**
   * The URLs of the modules that `module` steps may import. A module is code: allow only modules of pipelines that you
   * wrote, and none for a pipeline that comes as data (a file, a run, a message). Default: none.
   */
  readonly modules?: readonly string[] | undefined;
}

const optionNames: OptionNames<CompileOptions> = {
  modules: true,
};

/**
 * The transform of a pipeline: its steps in order, all drawing from the same stream. An empty pipeline returns the clip
 * itself.
 *
 * @param pipeline - Steps as data, and functions of your own between them. A pipeline of loaders and recipes is sent to worker
 * threads and saved: there, a step of your own is a `module`.
 * @throws RangeError, TypeError naming the step that is invalid, whose module is not among `modules` (then nothing is
 * imported), or whose module cannot be loaded.
 *
 * @example
 * ```ts
 * const view = await compilePipeline([
 *   { kind: 'crop-resize', size: 64, ratio: [0.1, 1], minimum: 64 },
 *   { kind: 'shear' },
 * ]);
 * const query = view(clip, createRandom(0));
 * ```
 */
export async function compilePipeline(
  pipeline: readonly (Step | Transform)[],
  options: CompileOptions = {},
): Promise<Transform> {
  const { modules = [] } = expectOptions('compilePipeline', options, optionNames);
  expectArray('compilePipeline', 'a list of steps', pipeline);
  // A function stands for a step that changes nothing, so that errors name the right step.
  const asData = pipeline.map((step) => (typeof step === 'function' ? unchanged : step));
  const foreign = modulesOfPipeline(asData).find(({ module }) => !modules.includes(module));
  if (foreign !== undefined) {
    throw new RangeError(
      `compilePipeline: ${foreign.where}: expected an allowed module, got ${foreign.module}; ` +
        'modules are code: if you trust it, pass { modules: [...] } with its URL',
    );
  }
  return compileSteps(pipeline, '');
}

const unchanged: Step = { kind: 'one-of', choices: [{ probability: 1, steps: [] }] };

async function compileSteps(
  steps: readonly (Step | Transform)[],
  inside: string,
): Promise<Transform> {
  const transforms = await Promise.all(
    steps.map((step, index) =>
      typeof step === 'function'
        ? Promise.resolve(checkedClip(step, `${inside}step ${index} (a function)`))
        : compileStep(step, nameStep(step, index, inside)),
    ),
  );
  return (clip, rng) => transforms.reduce((current, transform) => transform(current, rng), clip);
}

async function compileStep(step: Step, where: string): Promise<Transform> {
  if (step.kind === 'one-of') return oneOf(step, where);
  if (step.kind === 'module') return fromModule(step, where);
  // The options of a step are its fields besides `kind`, which no transform knows.
  const { kind: _, ...options } = step;
  const { apply } = recordOf(step);
  return (clip, rng) => apply(clip, options, rng);
}

async function oneOf({ choices }: OneOfStep, where: string): Promise<Transform> {
  const transforms = await Promise.all(
    choices.map(({ steps }, index) => compileSteps(steps, `${where}, choice ${index}, `)),
  );
  // Every choice has to fit the clip, not only the one that is drawn: otherwise a pipeline fails on some draws only.
  let fitting: number | undefined;
  const expectFit = (clip: Clip): void => {
    expectClip('compilePipeline', clip);
    const joints = clip.shape[2];
    if (joints === fitting) return;
    checkChoices(choices, { joints }, where, 1);
    fitting = joints;
  };
  return (clip, rng) => {
    expectFit(clip);
    let left = rng.uniform();
    const index = choices.findIndex(({ probability }) => (left -= probability) < 0);
    // Probabilities may sum to slightly less than 1; index -1 is the last choice.
    return (transforms.at(index) as Transform)(clip, rng);
  };
}

async function fromModule({ module, options }: ModuleStep, where: string): Promise<Transform> {
  const { createTransform } = await load(module, where);
  if (typeof createTransform !== 'function') {
    throw new TypeError(
      `compilePipeline: ${where}: expected ${module} to export a function createTransform`,
    );
  }
  return checkedClip(await createTransform(options), where);
}

/** A user's transform whose results are checked. */
function checkedClip(transform: Transform, where: string): Transform {
  return (clip, rng) => {
    const result = expectObject(
      'compilePipeline',
      transform(clip, rng),
      `${where} to return a clip`,
    );
    return createClip(result.shape, result.data);
  };
}

async function load(module: string, where: string): Promise<Partial<StepModule>> {
  try {
    return (await import(module)) as Partial<StepModule>;
  } catch (error) {
    throw new TypeError(
      `compilePipeline: ${where}: cannot load ${module}: ${importFailure(error)}`,
      {
        cause: error,
      },
    );
  }
}
