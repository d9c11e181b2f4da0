export {
  classifierFromBytes,
  encoderFromBytes,
  type ClassifierBytesOptions,
  type EncoderBytesOptions,
} from './model/from-bytes.ts';
export type {
  ClassifierModel,
  ClassifyClipOptions,
  EncoderModel,
  ModelFeatures,
  ModelInput,
} from '@halp/recipes';
export type { NoteEvent, Remark, WarningEvent } from './run/events.ts';
