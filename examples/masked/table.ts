import type { TablePlan } from '@halp/recipes';
import { planOf } from './plan-of.ts';
import { nwUcla } from './recipes.ts';

/** Masked objectives and MoCo on one transformer, NW-UCLA. */
export const table: TablePlan = planOf(
  'nw-ucla-masked',
  'NW-UCLA, views 1 and 2 to view 3',
  nwUcla,
);
