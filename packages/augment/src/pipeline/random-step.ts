import { expectArray } from '@halp/random/check';
import { checkPipeline, nameStep } from './check.ts';
import type { Pipeline } from './pipeline.ts';
import { recordOf } from './steps.ts';

/**
 * The first step of a pipeline whose result depends on the random stream, such as `step 1 ('shear')` or `step 0 ('one-of'),
 * choice 0, step 2 ('shear')`; undefined if the same clip always gives the same result, as in a view for evaluation.
 *
 * @remarks A `module` step is assumed to draw nothing, since its code is not known here.
 *
 * @throws RangeError, TypeError as {@link checkPipeline}.
 */
export function randomStepOf(pipeline: Pipeline): string | undefined {
  expectArray('randomStepOf', 'a list of steps', pipeline);
  checkPipeline(pipeline);
  return randomIn(pipeline, '');
}

function randomIn(steps: Pipeline, inside: string): string | undefined {
  for (const [index, step] of steps.entries()) {
    const where = nameStep(step, index, inside);
    if (step.kind === 'module') continue;
    if (step.kind !== 'one-of') {
      if (recordOf(step).isRandom(step)) return where;
      continue;
    }
    const [only, ...more] = step.choices;
    if (only === undefined || more.length > 0) return where;
    const found = randomIn(only.steps, `${where}, choice 0, `);
    if (found !== undefined) return found;
  }
  return undefined;
}
