import { checkPipeline, type ClipFacts, type Pipeline } from '@halp/augment';
import type { Fault } from './fault.ts';
import { layoutIn } from './layout-faults.ts';

/** Every place of a recipe with augmentation steps. */
const places = [
  'views.query',
  'views.key',
  'views.extreme',
  'evaluation.view',
  'evaluation.trainView',
];

/** The faults of all augmentation pipelines of a recipe that are lists. */
export function pipelineFaults(recipe: unknown): Fault[] {
  const layout = layoutIn(valueAt(recipe, 'data.layout'));
  const clips = layout === undefined ? {} : { joints: layout.joints.length };
  return places.flatMap((path) => {
    const steps = valueAt(recipe, path);
    return Array.isArray(steps) ? stepFaults(path, steps as Pipeline, clips) : [];
  });
}

function stepFaults(path: string, steps: Pipeline, clips: ClipFacts): Fault[] {
  try {
    checkPipeline(steps, clips);
    return [];
  } catch (error) {
    const text = (error as Error).message.replace(/^checkPipeline: /, '');
    return [{ path, text }];
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (inner as Readonly<Record<string, unknown>> | null | undefined)?.[key],
      value,
    );
}
