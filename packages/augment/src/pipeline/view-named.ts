import { expectOneOf } from '@halp/random/check';
import type { Layout, LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import {
  aimclrEvaluationView,
  aimclrExtremeView,
  aimclrNormalView,
  centreView,
  downstreamView,
  halpPretrainView,
} from './named.ts';
import type { Pipeline } from './pipeline.ts';

/** The name of a view of this package. */
export type ViewName =
  'halp' | 'downstream' | 'aimclr-normal' | 'aimclr-extreme' | 'aimclr-evaluation' | 'centre';

type MakeView = (layout: Layout | LayoutName) => Pipeline;

const views: Readonly<Record<ViewName, MakeView>> = {
  halp: (layout) => halpPretrainView({ layout }),
  downstream: () => downstreamView(),
  'aimclr-normal': () => aimclrNormalView(),
  'aimclr-extreme': (layout) => aimclrExtremeView({ layout }),
  'aimclr-evaluation': (layout) => aimclrEvaluationView({ layout }),
  centre: () => centreView(),
};

/** The names of all views that {@link viewNamed} makes. */
export const viewNames: readonly ViewName[] = Object.keys(views) as ViewName[];

/** Whether a value, such as a text from a file, is the name of a view. */
export function isViewName(name: unknown): name is ViewName {
  return typeof name === 'string' && Object.hasOwn(views, name);
}

/**
 * The view of a name with its default options, for clips of a layout: what `halp inspect --augment NAME` draws.
 *
 * @throws RangeError for an unknown name, with all names, or an unknown layout.
 *
 * @example
 * ```ts
 * const view = await compilePipeline(viewNamed('aimclr-extreme', 'kinect-v2'));
 * ```
 */
export function viewNamed(name: ViewName, layout: Layout | LayoutName): Pipeline {
  expectOneOf('viewNamed', 'name', name, viewNames);
  expectLayout('viewNamed', layout);
  return views[name](layout);
}
