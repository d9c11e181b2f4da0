import { type HalpRecipe, nwUclaHalp, nwUclaMoco, type TableRow } from '@halp/recipes';

const { objective } = nwUclaHalp as { readonly objective: HalpRecipe };

/** The row of HaLP with this hardness and boundary; all variants continue the same MoCo run. */
export function halpVariant(lambda: number, boundary: HalpRecipe['boundary']): TableRow {
  const published = lambda === objective.lambda && boundary === objective.boundary;
  return {
    label: `${boundary}, λ = ${lambda}`,
    recipe: {
      ...nwUclaHalp,
      name: published ? nwUclaHalp.name : `nw-ucla-halp-${boundary}-lambda-${lambda}`,
      objective: { ...objective, lambda, boundary },
    },
    epoch: 300,
    branch: { recipe: nwUclaMoco, epoch: 150 },
  };
}
