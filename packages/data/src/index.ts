export { motionEnergy, selectBodies, type SelectBodiesOptions } from './bodies.ts';
export {
  clipStatistics,
  type ClipStatistics,
  type ClipStatisticsOptions,
  type Jump,
  type PersonStatistics,
} from './clip-statistics.ts';
export type {
  ArraysSource,
  ConvertedSource,
  Dataset,
  DatasetSource,
  PreparedSource,
  Sample,
} from './dataset.ts';
export { allFinite } from './finite.ts';
export { fillEmptyFrames } from './fill.ts';
export type { BenchmarkManifest, Manifest, Part, PartFile, PartManifest } from './manifest.ts';
export {
  normalisations,
  preparationText,
  preparationValues,
  keptPreparation,
  kineticsPreparation,
  listedPreparation,
  ntuPreparation,
  parsePreparation,
  pyskl2dPreparation,
  withNormalisation,
  type Normalisation,
  type Preparation,
} from './preparation.ts';
export { preparedClip, type PreparedClipOptions } from './prepared-clip.ts';
export { subsetOf } from './subset.ts';
export { convertedClip, convertedDataset, type ClipForm } from './converted.ts';
export { chosenPersons, looksLikeScores, type RawClip } from './raw-clip.ts';
export { normaliseClip, type NormaliseOptions } from './normalise.ts';
export { centerClip } from './normalise-center.ts';
export { minMaxClip } from './normalise-min-max.ts';
export { yawClip } from './normalise-yaw.ts';
export {
  nwUclaClasses,
  nwUclaCounts,
  parseNwUcla,
  parseNwUclaName,
  type NwUclaFile,
  type NwUclaName,
} from './nw-ucla.ts';
export {
  ntuBenchmarksOf,
  ntuSets,
  type NtuBenchmark,
  type NtuSet,
  type NtuSetName,
} from './ntu.ts';
export { ntuClasses } from './ntu-classes.ts';
export { ntuMissing } from './ntu-missing.ts';
export { parseNtuNameList, type NtuNameList } from './ntu-name-list.ts';
export { formatNtuName, parseNtuName, type NtuName } from './ntu-name.ts';
export { formatNtuSkeleton, parseNtuSkeleton } from './ntu-skeleton.ts';
export type { Body, Recording } from './recording.ts';
export {
  syntheticClasses,
  syntheticNames,
  syntheticRecording,
  type SyntheticSize,
} from './synthetic.ts';
export {
  parseUtdMhad,
  parseUtdMhadName,
  utdMhadClasses,
  utdMhadCounts,
  type UtdMhadName,
} from './utd-mhad.ts';
export { pkuClasses } from './pku-classes.ts';
export { parsePkuLabels, parsePkuSplit, type PkuLabel, type PkuSplit } from './pku-labels.ts';
export { parsePkuVideo } from './pku-video.ts';
export { parseKineticsLabels, type KineticsLabel } from './kinetics-labels.ts';
export { parseKinetics, type KineticsFile } from './kinetics.ts';
export { parseClipCsv } from './clip-csv.ts';
export { parseClipJson } from './clip-json.ts';
export type { ClipSize } from './clip-size.ts';
export { parseOwnClips, type OwnClip, type OwnClipProblem, type OwnClips } from './own-clips.ts';
export { parseLabelPickle, type LabelPickle } from './label-pickle.ts';
export {
  parsePyskl,
  pysklClip,
  type Pyskl,
  type PysklAnnotation,
  type PysklProblem,
} from './pyskl.ts';
