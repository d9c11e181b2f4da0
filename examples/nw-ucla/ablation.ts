import type { TablePlan } from '@halp/recipes';
import { halpVariant } from './halp-variant.ts';

/** Ablation of λ under both boundaries, one seed. */
export const table: TablePlan = {
  name: 'nw-ucla-ablation',
  title: 'NW-UCLA: hardness λ and boundary of the positives, BiGRU 3 × 128, top-1, one seed',
  seeds: [0],
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((lambda) => [
    halpVariant(lambda, 'pairwise'),
    halpVariant(lambda, 'exact'),
  ]),
};
