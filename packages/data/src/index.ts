export { motionEnergy, selectBodies } from './bodies.ts';
export type { Dataset, Sample } from './dataset.ts';
export { fillEmptyFrames } from './fill.ts';
export type { BenchmarkManifest, Manifest, Part, PartFile, PartManifest } from './manifest.ts';
export { normaliseClip, type NormaliseOptions } from './normalise.ts';
export {
  nwUclaClasses,
  nwUclaCounts,
  parseNwUcla,
  parseNwUclaName,
  type NwUclaFile,
  type NwUclaName,
} from './nw-ucla.ts';
export { formatNtuName, parseNtuName, type NtuName } from './ntu-name.ts';
export { formatNtuSkeleton, parseNtuSkeleton } from './ntu-skeleton.ts';
export type { Body, Recording } from './recording.ts';
export {
  syntheticClasses,
  syntheticNames,
  syntheticRecording,
  type SyntheticSize,
} from './synthetic.ts';
