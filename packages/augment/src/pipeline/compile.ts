import type { Random } from '@halp/random';
import { expectArray, expectOptions, importFailure } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import { axisMask } from '../space/axis-mask.ts';
import { gaussianBlur } from '../space/gaussian-blur.ts';
import { gaussianNoise } from '../space/gaussian-noise.ts';
import { jointCorruption } from '../space/joint-corruption.ts';
import { parallelShoulders } from '../space/parallel-shoulders.ts';
import { rotation } from '../space/rotation.ts';
import { shear } from '../space/shear.ts';
import { spatialFlip } from '../space/spatial-flip.ts';
import { centreCrop, cropResize } from '../time/crop.ts';
import { temporalCrop } from '../time/temporal-crop.ts';
import { temporalFlip } from '../time/temporal-flip.ts';
import { nameStep } from './check.ts';
import { modulesOfPipeline } from './modules.ts';
import type { ModuleStep, OneOfStep, Pipeline, Step } from './pipeline.ts';

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

/**
 * The transform of a pipeline: its steps in order, all drawing from the same stream. An empty pipeline returns the clip
 * itself.
 *
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
  pipeline: Pipeline,
  options: CompileOptions = {},
): Promise<Transform> {
  const { modules = [] } = expectOptions('compilePipeline', options);
  expectArray('compilePipeline', 'a list of steps', pipeline);
  const foreign = modulesOfPipeline(pipeline).find(({ module }) => !modules.includes(module));
  if (foreign !== undefined) {
    throw new RangeError(
      `compilePipeline: ${foreign.where}: expected an allowed module, got ${foreign.module}; ` +
        'modules are code: if you trust it, pass { modules: [...] } with its URL',
    );
  }
  return compileSteps(pipeline, '');
}

async function compileSteps(steps: Pipeline, inside: string): Promise<Transform> {
  const transforms = await Promise.all(
    steps.map((step, index) => compileStep(step, nameStep(step, index, inside))),
  );
  return (clip, rng) => transforms.reduce((current, transform) => transform(current, rng), clip);
}

async function compileStep(step: Step, where: string): Promise<Transform> {
  switch (step.kind) {
    case 'crop-resize':
      return (clip, rng) => cropResize(clip, step, rng);
    case 'centre-crop':
      return (clip) => centreCrop(clip, step);
    case 'temporal-crop':
      return (clip, rng) => temporalCrop(clip, step, rng);
    case 'temporal-flip':
      return temporalFlip;
    case 'spatial-flip':
      return (clip) => spatialFlip(clip, step);
    case 'parallel-shoulders':
      return (clip) => parallelShoulders(clip, step);
    case 'rotation':
      return (clip, rng) => rotation(clip, step, rng);
    case 'shear':
      return (clip, rng) => shear(clip, step, rng);
    case 'gaussian-noise':
      return (clip, rng) => gaussianNoise(clip, step, rng);
    case 'gaussian-blur':
      return (clip, rng) => gaussianBlur(clip, step, rng);
    case 'axis-mask':
      return (clip, rng) => axisMask(clip, step, rng);
    case 'joint-corruption':
      return (clip, rng) => jointCorruption(clip, step, rng);
    case 'one-of':
      return oneOf(step, where);
    case 'module':
      return fromModule(step, where);
  }
}

async function oneOf({ choices }: OneOfStep, where: string): Promise<Transform> {
  const transforms = await Promise.all(
    choices.map(({ steps }, index) => compileSteps(steps, `${where}, choice ${index}, `)),
  );
  return (clip, rng) => {
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
  const transform = await createTransform(options);
  return (clip, rng) => {
    const { shape, data } = transform(clip, rng);
    return createClip(shape, data);
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
