export type { ReadingOptions } from './open/clip-file.ts';
export { openArrays } from './formats/arrays/open.ts';
export type { OpenArraysOptions } from './dataset/source.ts';
export { openDataset, readManifest, type OpenDatasetOptions } from './open/dataset.ts';
export { reopenDataset } from './open/reopen.ts';
export type { ExcludedFiles, Plan, PlannedClip, RawSource, SkippedFile } from './record/plan.ts';
export { planNtu, type PlanNtuOptions } from './formats/ntu/plan.ts';
export { planNwUcla, type PlanNwUclaOptions } from './formats/nw-ucla/plan.ts';
export {
  planSynthetic,
  writeSynthetic,
  type PlanSyntheticOptions,
  type SyntheticOptions,
  type WriteSyntheticOptions,
} from './formats/synthetic/plan.ts';
export type { PostureSummary } from './clip/posture.ts';
export type { Prepared, PrepareOptions } from './prepare/prepare-plan.ts';
export { planUtdMhad, type PlanUtdMhadOptions } from './formats/utd-mhad/plan.ts';
export { planPku } from './formats/pku/plan.ts';
export type { PlanPkuOptions } from './formats/pku/find.ts';
export { planKinetics, type PlanKineticsOptions } from './formats/kinetics/plan.ts';
export { planOwnClips, type PlanOwnClipsOptions } from './formats/own/plan.ts';
export { verifyDataset, type Verification, type VerifyOptions } from './open/verify.ts';
export { planPyskl, type PlanPysklOptions } from './formats/pyskl/plan.ts';
export { planArrays, type PlanArraysOptions } from './formats/arrays/plan.ts';
export type { Progress } from './prepare/write-clips.ts';
export { dataSetNamed, dataSets, type DataSetFacts } from './sets/data-sets.ts';
export { writeFakeData, type FakeDataOptions } from './sets/fake-data.ts';
export { prepare, type PrepareSetOptions } from './sets/prepare.ts';
export { readLayout } from './sets/read-layout.ts';
export { readRawClips, type NamedClip, type RawClips } from './sets/read-raw-clips.ts';
export type { DataSetName } from './formats/records.ts';
export type {
  ChoiceOption,
  IntegerOption,
  LayoutOption,
  OptionSpec,
  TextOption,
} from './record/options.ts';
export type { RawRule, ReadRawClipsOptions, SetFacts } from './record/record.ts';
export {
  writeDataset,
  type WriteDatasetOptions,
  type WrittenDataset,
} from './write/write-dataset.ts';
export type { ClipsToWrite } from './write/clips-to-write.ts';
export { addSplits, type AddedSplits, type AddSplitsOptions } from './split/add-splits.ts';
export { removeSplits, type RemoveSplitsOptions } from './split/remove-splits.ts';
export { readSplits } from './split/read-splits.ts';
