export { motionEnergy, selectBodies, type SelectBodiesOptions } from './clip/bodies.ts';
export {
  clipStatistics,
  type ClipStatistics,
  type ClipStatisticsOptions,
  type Jump,
  type PersonStatistics,
} from './clip/statistics.ts';
export type { Dataset, Sample } from './dataset/dataset.ts';
export type {
  ArraysSource,
  ConvertedSource,
  DatasetSource,
  PreparedSource,
} from './dataset/source.ts';
export { allFinite } from './clip/finite.ts';
export { fillEmptyFrames } from './clip/fill.ts';
export type {
  BenchmarkManifest,
  Manifest,
  Part,
  PartFile,
  PartManifest,
  SplitManifest,
} from './prepared/manifest.ts';
export type { ClipConditions, ClipRule, SplitRule } from './prepared/split-rule.ts';
export {
  normalisations,
  preparationText,
  preparationValues,
  keptPreparation,
  kineticsPreparation,
  listedPreparation,
  ntuPreparation,
  ownPreparation,
  parsePreparation,
  pyskl2dPreparation,
  withNormalisation,
  type Normalisation,
  type Preparation,
} from './prepared/preparation.ts';
export { preparedClip, type PreparedClipOptions } from './prepared/prepared-clip.ts';
export { subsetOf } from './dataset/subset.ts';
export type { ClipForm } from './dataset/clip-form.ts';
export { convertedClip, convertedDataset } from './dataset/converted.ts';
export { chosenPersons, looksLikeScores, type RawClip } from './record/raw-clip.ts';
export { normaliseClip, type NormaliseOptions } from './clip/normalise.ts';
export { centerClip } from './clip/center.ts';
export { minMaxClip } from './clip/min-max.ts';
export { yawClip } from './clip/yaw.ts';
export {
  nwUclaClasses,
  nwUclaCounts,
  parseNwUcla,
  parseNwUclaName,
  type NwUclaFile,
  type NwUclaName,
} from './formats/nw-ucla/clip-file.ts';
export {
  ntuBenchmarksOf,
  ntuSets,
  type NtuBenchmark,
  type NtuSet,
  type NtuSetName,
} from './formats/ntu/benchmarks.ts';
export { ntuClasses } from './formats/ntu/classes.ts';
export { ntuMissing } from './formats/ntu/missing.ts';
export { parseNtuNameList, type NtuNameList } from './formats/ntu/name-list.ts';
export { formatNtuName, parseNtuName, type NtuName } from './formats/ntu/name.ts';
export { formatNtuSkeleton, parseNtuSkeleton } from './formats/ntu/skeleton-file.ts';
export type { Body, Recording } from './clip/recording.ts';
export {
  syntheticClasses,
  syntheticNames,
  syntheticRecording,
  type SyntheticSize,
} from './formats/synthetic/recording.ts';
export {
  parseUtdMhad,
  parseUtdMhadName,
  utdMhadClasses,
  utdMhadCounts,
  type UtdMhadName,
} from './formats/utd-mhad/clip-file.ts';
export { pkuClasses } from './formats/pku/classes.ts';
export {
  parsePkuLabels,
  parsePkuSplit,
  type PkuLabel,
  type PkuSplit,
} from './formats/pku/labels.ts';
export { parsePkuVideo } from './formats/pku/video.ts';
export { parseKineticsLabels, type KineticsLabel } from './formats/kinetics/labels.ts';
export { parseKinetics, type KineticsFile } from './formats/kinetics/clip-file.ts';
export { parseClipCsv } from './formats/own/csv.ts';
export { clipOfJson, parseClipJson } from './formats/own/json.ts';
export type { ClipSize } from './formats/own/clip-size.ts';
export {
  parseOwnClips,
  type OwnClip,
  type OwnClipProblem,
  type OwnClips,
} from './formats/own/list.ts';
export { parseLabelPickle, type LabelPickle } from './formats/arrays/label-pickle.ts';
export {
  parsePyskl,
  pysklClip,
  type Pyskl,
  type PysklAnnotation,
  type PysklProblem,
} from './formats/pyskl/annotations.ts';
