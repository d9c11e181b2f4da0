export {
  evaluationBatches,
  trainingBatches,
  type MakeLoader,
  type TrainingBatches,
} from './batches.ts';
export { buildEncoder, buildTraining, type Training } from './build.ts';
export { recipeNamed, recipes } from './named.ts';
export { nwUclaHalp, nwUclaMoco } from './nw-ucla.ts';
export type {
  DataRecipe,
  EncoderRecipe,
  EvaluationRecipe,
  HalpRecipe,
  LinearRecipe,
  MocoRecipe,
  Recipe,
} from './recipe.ts';
export { syntheticHalp, syntheticMoco } from './synthetic.ts';
export type { Branch, Reported, TableColumn, TablePlan, TableRow } from './table.ts';
export { utdMhadHalp, utdMhadMoco } from './utd-mhad.ts';
