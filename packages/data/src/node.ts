export type { ReadingOptions } from './open/clip-file.ts';
export { openArrays, type OpenArraysOptions } from './formats/arrays/open.ts';
export { openDataset, readManifest, type OpenDatasetOptions } from './open/dataset.ts';
export { openSource } from './open/reopen.ts';
export type {
  LeftOut,
  Plan,
  PlannedClip,
  RawSource,
  ReaderName,
  SkippedFile,
} from './record/plan.ts';
export { planNtu, type NtuFolders } from './formats/ntu/plan.ts';
export { planNwUcla, type NwUclaFolders } from './formats/nw-ucla/plan.ts';
export {
  planSynthetic,
  writeSynthetic,
  type PlanSyntheticOptions,
  type SyntheticOptions,
  type WriteSyntheticOptions,
} from './formats/synthetic/plan.ts';
export type { PostureSummary } from './clip/posture.ts';
export { prepare, type Prepared, type PrepareOptions } from './prepare/prepare.ts';
export { planUtdMhad, type UtdMhadFolders } from './formats/utd-mhad/plan.ts';
export { planPku } from './formats/pku/plan.ts';
export type { PkuFolders } from './formats/pku/folders.ts';
export { planKinetics, type KineticsFolders } from './formats/kinetics/plan.ts';
export { planOwnClips, type OwnClipsFolder } from './formats/own/plan.ts';
export {
  readClips,
  type NamedClip,
  type RawClips,
  type ReadClipsOptions,
} from './open/read-raw-clips.ts';
export { verifyDataset, type Verification, type VerifyOptions } from './open/verify.ts';
export { planPyskl, type PysklFolder } from './formats/pyskl/plan.ts';
export { planArrays, type ArrayFolders } from './formats/arrays/plan.ts';
export type { Progress } from './prepare/write-clips.ts';
export {
  standIns,
  writeStandIn,
  type StandInName,
  type StandInOptions,
} from './formats/synthetic/fake-data.ts';
