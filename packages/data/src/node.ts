export type { ReadingOptions } from './clip-file.ts';
export { openArrays, type OpenArraysOptions } from './open-arrays.ts';
export { openDataset, readManifest, type OpenDatasetOptions } from './open-dataset.ts';
export { openSource } from './open-source.ts';
export type { LeftOut, Plan, PlannedClip, RawSource, ReaderName, SkippedFile } from './plan.ts';
export { planNtu, type NtuFolders } from './plan-ntu.ts';
export { planNwUcla, type NwUclaFolders } from './plan-nw-ucla.ts';
export {
  planSynthetic,
  writeSynthetic,
  type PlanSyntheticOptions,
  type SyntheticOptions,
  type WriteSyntheticOptions,
} from './plan-synthetic.ts';
export type { PostureSummary } from './posture.ts';
export { prepare, type Prepared, type PrepareOptions } from './prepare.ts';
export { planUtdMhad, type UtdMhadFolders } from './plan-utd-mhad.ts';
export { planPku } from './plan-pku.ts';
export type { PkuFolders } from './pku-files.ts';
export { planKinetics, type KineticsFolders } from './plan-kinetics.ts';
export { planOwnClips, type OwnClipsFolder } from './plan-own-clips.ts';
export { readClips, type NamedClip, type RawClips, type ReadClipsOptions } from './read-clips.ts';
export { verifyDataset, type Verification, type VerifyOptions } from './verify.ts';
export { planPyskl, type PysklFolder } from './plan-pyskl.ts';
export { planArrays, type ArrayFolders } from './plan-arrays.ts';
export type { Progress } from './write-clips.ts';
export { standIns, writeStandIn, type StandInName, type StandInOptions } from './stand-in.ts';
