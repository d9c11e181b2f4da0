import { checkPipeline, isViewName, type Pipeline, type Step, viewNamed } from '@halp/augment';
import { type LayoutName, layoutOf } from '@halp/skeleton';
import { isStepKind, stepForms } from './step-fields.ts';

/** Largest number of steps of a pipeline, those inside of `one-of` steps included. */
const MOST_STEPS = 24;

/** A named pipeline for clips of a layout; undefined for another name, such as 'own'. */
export function pipelineNamed(name: string, layout: LayoutName): Pipeline | undefined {
  if (name === 'none') return [];
  return isViewName(name) ? viewNamed(name, layout) : undefined;
}

/** The same steps for clips of another layout. */
export function stepsForLayout(pipeline: Pipeline, layout: LayoutName): Pipeline {
  return pipeline.map((step): Step => {
    if (step.kind === 'one-of') {
      const choices = step.choices.map((choice) => ({
        ...choice,
        steps: stepsForLayout(choice.steps, layout),
      }));
      return { ...step, choices };
    }
    return 'layout' in step ? { ...step, layout } : step;
  });
}

/** The steps in a text, for clips of a layout. @throws Error if they are not valid on this page. */
export function parseSteps(text: string, layout: LayoutName): Pipeline {
  const pipeline = JSON.parse(text) as Pipeline;
  expectStepsFit(pipeline, layout);
  return pipeline;
}

/**
 * @throws RangeError, TypeError if a pipeline is not valid for clips of a layout, has a step that is code, or a value or a number
 *   of steps with which the page would not respond.
 */
export function expectStepsFit(pipeline: Pipeline, layout: LayoutName): void {
  checkPipeline(pipeline, { joints: layoutOf(layout).joints.length });
  const steps = allSteps(pipeline);
  if (steps.length > MOST_STEPS) {
    throw new RangeError(
      `expected at most ${MOST_STEPS} steps on this page, got ${steps.length}; remove some`,
    );
  }
  for (const step of steps) {
    if (!isStepKind(step.kind)) {
      throw new RangeError(`${step.kind}: expected a step that this page has, got another one`);
    }
    for (const field of stepForms[step.kind].fields) {
      if (field.kind === 'choice') continue;
      const most = mostOf(field.most, layout);
      const value = new Map<string, unknown>(Object.entries(step)).get(field.name);
      const largest = Math.max(...[value].flat().map((each) => Number(each ?? 0)));
      if (largest <= most) continue;
      throw new RangeError(
        `${step.kind}: expected ${field.name} of at most ${most} on this page, got ${largest}`,
      );
    }
  }
}

/** The largest value of a field for clips of a layout. */
export function mostOf(most: number | 'joints', layout: LayoutName): number {
  return most === 'joints' ? layoutOf(layout).joints.length : most;
}

function allSteps(pipeline: Pipeline): readonly Step[] {
  return pipeline.flatMap((step) =>
    step.kind === 'one-of'
      ? [step, ...step.choices.flatMap(({ steps }) => allSteps(steps))]
      : [step],
  );
}
