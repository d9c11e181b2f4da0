import { expectArray } from '@halp/random/check';
import type { Range } from '../range.ts';
import { checkPipeline, nameStep } from './check.ts';
import type { Pipeline, Step } from './pipeline.ts';

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
    if (step.kind !== 'one-of') {
      if (isRandom(step)) return where;
      continue;
    }
    const [only, ...more] = step.choices;
    if (only === undefined || more.length > 0) return where;
    const found = randomIn(only.steps, `${where}, choice 0, `);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRandom(step: Exclude<Step, { kind: 'one-of' }>): boolean {
  switch (step.kind) {
    case 'centre-crop':
    case 'temporal-flip':
    case 'spatial-flip':
    case 'parallel-shoulders':
    case 'module':
      return false;
    case 'crop-resize':
      // With the whole clip, the only start is 0.
      return step.ratio[0] < 1;
    case 'rotation':
      return !isPoint(step.main) || !isPoint(step.others) || step.main[0] !== step.others[0];
    case 'gaussian-blur':
      return !isPoint(step.sigma);
    case 'axis-mask':
      return step.axis === undefined;
    case 'temporal-crop':
    case 'shear':
    case 'gaussian-noise':
    case 'joint-corruption':
      return true;
  }
}

function isPoint([low, high]: Range): boolean {
  return low === high;
}
