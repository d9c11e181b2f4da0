import {
  type HalpRecipe,
  type MocoRecipe,
  nwUclaHalp,
  nwUclaMoco,
  type Recipe,
  type TablePlan,
  type TableRow,
} from '@halp/recipes';

/** The recipe with a queue of K keys, and a name that says so. */
function withQueue(recipe: Recipe, queueSize: number, name: string): Recipe {
  const objective = { ...(recipe.objective as MocoRecipe | HalpRecipe), queueSize };
  return { ...recipe, name: `nw-ucla-k${queueSize}-${name}`, objective };
}

const mocoWith = (queueSize: number): Recipe => withQueue(nwUclaMoco, queueSize, 'moco');

function halpRow(queueSize: number, weight: number, form: 'aligned' | 'contrastive'): TableRow {
  const objective: HalpRecipe = { ...(nwUclaHalp.objective as HalpRecipe), weight, form };
  const halp: Recipe = { ...nwUclaHalp, objective };
  return {
    label: `K = ${queueSize}, HaLP, ${form}, μ = ${weight}`,
    recipe: withQueue(halp, queueSize, `halp-${form}-mu-${weight}`),
    epoch: 300,
    branch: { recipe: mocoWith(queueSize), epoch: 150 },
    comparedWith: `K = ${queueSize}, MoCo`,
  };
}

/** MoCo and HaLP with a short and a long queue, one seed, for the curves in their logs. */
export const table: TablePlan = {
  name: 'nw-ucla-diagnosis',
  title: 'NW-UCLA: weight, form and queue of the HaLP term, BiGRU 3 × 128, top-1, one seed',
  seeds: [0],
  gradientEvery: 3,
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [512, 16_384].flatMap((queueSize) => [
    { label: `K = ${queueSize}, MoCo`, recipe: mocoWith(queueSize), epoch: 300 },
    ...[1, 0.1].flatMap((weight) => [
      halpRow(queueSize, weight, 'aligned'),
      halpRow(queueSize, weight, 'contrastive'),
    ]),
  ]),
};
