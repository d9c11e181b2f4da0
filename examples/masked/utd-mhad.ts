import type { TablePlan } from '@halp/recipes';
import { planOf } from './plan-of.ts';
import { utdMhad } from './recipes.ts';

/** Masked objectives and MoCo on one transformer, UTD-MHAD. */
export const table: TablePlan = planOf(
  'utd-mhad-masked',
  'UTD-MHAD, odd to even performers',
  utdMhad,
);
