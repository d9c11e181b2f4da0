export {
  evaluationBatches,
  labelledBatches,
  trainingBatches,
  type LabelledBatches,
  type LabelledBatchesOptions,
  type MakeLoader,
  type TrainingBatches,
} from './batches.ts';
export {
  buildTraining,
  streamsOf,
  type StreamEncoder,
  type StreamNetwork,
  type Training,
} from './build.ts';
export {
  buildEncoder,
  loadEncoder,
  type EncoderClips,
  type LoadEncoderOptions,
  type MakeEncoder,
  type OwnEncoder,
} from './build-encoder.ts';
export { checkRecipe, recipeOfManifest } from './check/check-recipe.ts';
export { checkTable } from './check/check-table.ts';
export {
  classifierFacts,
  formatClassifier,
  likeliest,
  parseClassifier,
  type Classifier,
  type ClassProbability,
} from './classifier-file.ts';
export {
  clipForRecipe,
  rawRecording,
  recordingForRecipe,
  type ClipForRecipe,
  type ClipForRecipeOptions,
} from './clips/clip-for-recipe.ts';
export { changesText, type ClipChanges } from './clips/conversion.ts';
export {
  datasetForRecipe,
  datasetForTraining,
  type DatasetForRecipe,
} from './clips/dataset-for-recipe.ts';
export { statedPreparation, trainedOn, type TrainedOn } from './clips/trained-on.ts';
export { formatEncoderFile, parseEncoderFile, type EncoderFile } from './encoder-file.ts';
export type {
  BiGruRecipe,
  EncoderRecipe,
  GraphEncoderRecipe,
  OwnEncoderRecipe,
  StGcnRecipe,
  TransformerRecipe,
} from './encoder-recipe.ts';
export type { ClassifierRecipe, EvaluationRecipe, LinearRecipe } from './evaluation-recipe.ts';
export { recipeNamed, recipes } from './named.ts';
export { nwUclaHalp, nwUclaMoco, nwUclaStGcnHalp, nwUclaStGcnMoco } from './nw-ucla.ts';
export type {
  AimclrRecipe,
  BarlowTwinsRecipe,
  ByolRecipe,
  CmdRecipe,
  CrossclrRecipe,
  DistillationSettings,
  HalpCmdRecipe,
  HalpRecipe,
  MocoRecipe,
  ObjectiveRecipe,
  PositivesSettings,
  QueueSettings,
  SimclrRecipe,
  SupConRecipe,
  VicRegRecipe,
} from './objective-recipe.ts';
export {
  paperBenchmarks,
  paperRecipe,
  paperRecipes,
  type PaperBenchmark,
  type PaperMethod,
} from './paper.ts';
export type { DataRecipe, Recipe } from './recipe.ts';
export { leastParameters } from './least-parameters.ts';
export { modulesOf, type RecipeModule } from './recipe-modules.ts';
export { reduced, smoke, type Reduction } from './reduce.ts';
export {
  representationProbe,
  type ProbeOptions,
  type RepresentationMetrics,
  type RepresentationProbe,
} from './representation-probe.ts';
export { skeletonClrRecipe, skeletonClrRecipes } from './skeleton-clr.ts';
export { syntheticHalp, syntheticMoco, syntheticOthers } from './synthetic.ts';
export {
  fusedRows,
  isFused,
  reducedTable,
  tableRun,
  type Branch,
  type ByBenchmark,
  type FusedRow,
  type Reported,
  type TableColumn,
  type TablePlan,
  type TableRow,
  type TableRun,
  type TransferTarget,
} from './table.ts';
export { utdMhadHalp, utdMhadMoco } from './utd-mhad.ts';
