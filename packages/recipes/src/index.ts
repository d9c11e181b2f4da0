export {
  evaluationBatches,
  labelledBatches,
  trainingBatches,
  type LabelledBatches,
  type LabelledBatchesOptions,
  type MakeLoader,
  type TrainingBatches,
} from './build/batches.ts';
export {
  buildEncoders,
  buildTraining,
  streamsOf,
  type EncodersOnly,
  type StreamEncoder,
  type StreamNetwork,
  type Training,
} from './build/build.ts';
export {
  buildEncoder,
  importEncoder,
  type EncoderClips,
  type MakeEncoder,
  type OwnEncoder,
} from './build/build-encoder.ts';
export { type ImportModulesOptions } from './build/import-export.ts';
export {
  importParts,
  type NetworkPair,
  type ObjectiveParts,
  type OwnObjective,
  type OwnOptimizer,
  type OwnParts,
} from './build/own-parts.ts';
export { networkName } from './build/network-name.ts';
export { tryOwnParts } from './build/try-own-parts.ts';
export { checkRecipe, recipeOfManifest } from './check/check-recipe.ts';
export { checkTable } from './table/check-table.ts';
export {
  classifierFacts,
  formatClassifier,
  likeliest,
  parseClassifier,
  type Classifier,
  type ClassProbability,
} from './files/classifier-file.ts';
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
export { formatEncoderFile, parseEncoderFile, type EncoderFile } from './files/encoder-file.ts';
export type {
  BiGruRecipe,
  EncoderRecipe,
  AgcnRecipe,
  CtrGcnRecipe,
  OwnEncoderRecipe,
  StGcnRecipe,
  TransformerRecipe,
} from './recipe/encoder-recipe.ts';
export type {
  ClassifierRecipe,
  EvaluationRecipe,
  LinearRecipe,
} from './recipe/evaluation-recipe.ts';
export type {
  ClassifierModel,
  ClassifyClipOptions,
  EncoderModel,
  ModelFeatures,
  ModelInput,
} from './model/model.ts';
export { recipeNamed, recipes } from './named/named.ts';
export { nwUclaHalp, nwUclaMoco, nwUclaStGcnHalp, nwUclaStGcnMoco } from './named/nw-ucla.ts';
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
  OwnObjectiveRecipe,
  PositivesSettings,
  QueueSettings,
  SimclrRecipe,
  SupConRecipe,
  VicRegRecipe,
} from './recipe/objective-recipe.ts';
export type {
  AdamRecipe,
  LarsRecipe,
  OptimizerRecipe,
  OwnOptimizerRecipe,
  SgdRecipe,
} from './recipe/optimizer-recipe.ts';
export {
  paperBenchmarks,
  paperRecipe,
  paperRecipes,
  type PaperBenchmark,
  type PaperMethod,
} from './named/paper.ts';
export {
  fineTunes,
  type GivenSettings,
  type ProtocolKind,
  protocolKinds,
  type ProtocolModule,
  type ProtocolModuleOptions,
  type ProtocolRequest,
  type RequestSetting,
  type RequestSettings,
} from './recipe/protocol-request.ts';
export {
  requestSettings,
  requestSettingsIn,
  settingFaults,
  settingsOfRequest,
} from './check/request-settings.ts';
export type { DataRecipe, Recipe } from './recipe/recipe.ts';
export { minParameters } from './build/min-parameters.ts';
export { modulesOf, type RecipeModule } from './recipe/recipe-modules.ts';
export { reduced, smoke, type Reduction } from './reduce.ts';
export {
  gradientProbe,
  type GradientProbe,
  type GradientProbeOptions,
} from './build/gradient-probe.ts';
export {
  representationProbe,
  type ProbeOptions,
  type RepresentationMetrics,
  type RepresentationProbe,
} from './build/representation-probe.ts';
export { skeletonClrRecipe, skeletonClrRecipes } from './named/skeleton-clr.ts';
export { syntheticHalp, syntheticMoco, syntheticOthers } from './named/synthetic.ts';
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
} from './table/table.ts';
export { utdMhadHalp, utdMhadMoco } from './named/utd-mhad.ts';
