import { expectArray } from '@halp/random/check';
import { checkPipeline, nameStep } from './check.ts';
import type { Pipeline } from './pipeline.ts';

/** A module that a step of a pipeline names. */
export interface PipelineModule {
  /** Its URL, as in the step. */
  readonly module: string;
  /** The step: `step 0 ('module')`, `step 1 ('one-of'), choice 0, step 2 ('module')`. */
  readonly where: string;
}

/**
 * The modules that the steps of a pipeline name, also inside `one-of`, in the order of the steps.
 *
 * @throws RangeError, TypeError as {@link checkPipeline}.
 */
export function modulesOfPipeline(pipeline: Pipeline): readonly PipelineModule[] {
  expectArray('modulesOfPipeline', 'a list of steps', pipeline);
  checkPipeline(pipeline);
  return modulesOf(pipeline, '');
}

function modulesOf(steps: Pipeline, inside: string): readonly PipelineModule[] {
  return steps.flatMap((step, index) => {
    const where = nameStep(step, index, inside);
    if (step.kind === 'module') return { module: step.module, where };
    if (step.kind !== 'one-of') return [];
    return step.choices.flatMap((choice, i) => modulesOf(choice.steps, `${where}, choice ${i}, `));
  });
}
