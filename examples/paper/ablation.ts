import { type HalpRecipe, paperRecipe, type TablePlan, type TableRow } from '@halp/recipes';

const moco = paperRecipe('ntu60-xsub', 'moco');
const halp = paperRecipe('ntu60-xsub', 'halp');
const { objective } = halp as { readonly objective: HalpRecipe };

/** HaLP with one setting changed; all variants continue the same MoCo run. */
function variant(change: Partial<HalpRecipe>): TableRow {
  const label = Object.entries(change)
    .map(([name, value]) => `${name} ${JSON.stringify(value).replaceAll('"', '')}`)
    .join(', ');
  return {
    label,
    recipe: {
      ...halp,
      name: `${halp.name}-${label.replaceAll(/[^\w.]+/g, '-')}`,
      objective: { ...objective, ...change },
    },
    branch: { recipe: moco, epoch: objective.fromEpoch },
  };
}

/** HaLP with one setting changed at a time: hardness, boundary, filter, prototypes, positives, weight, update interval. */
export const table: TablePlan = {
  name: 'paper-ablation',
  title: 'HaLP on NTU-60 xsub, one setting changed at a time, BiGRU 3 × 1024, joint stream, top-1',
  seeds: [0],
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [
    { label: 'MoCo', recipe: moco },
    { label: 'HaLP', recipe: halp, branch: { recipe: moco, epoch: objective.fromEpoch } },
    ...[0, 0.2, 0.4, 0.6, 1].map((lambda) => variant({ lambda })),
    variant({ boundary: 'exact' }),
    variant({ boundary: 'unfiltered' }),
    ...[5, 10, 40, 80].map((prototypes) => variant({ prototypes })),
    ...[10, 50, 200].map((count) => variant({ count })),
    ...[0.5, 1, 4].map((weight) => variant({ weight })),
    ...[1, 50].map((every) => variant({ every })),
  ],
};
