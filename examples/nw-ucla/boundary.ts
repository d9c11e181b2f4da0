import type { TablePlan } from '@halp/recipes';
import { halpVariant } from './halp-variant.ts';

/** Pairwise and exact boundary at the authors' λ, three seeds. */
export const table: TablePlan = {
  name: 'nw-ucla-boundary',
  title: 'NW-UCLA: the boundary of the positives at λ = 0.8, BiGRU 3 × 128, top-1',
  seeds: [0, 1, 2],
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [halpVariant(0.8, 'pairwise'), halpVariant(0.8, 'exact')],
};
