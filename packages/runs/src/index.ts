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
} from './model/model.ts';
export type { NoteEvent, Remark, WarningEvent } from './run/events.ts';
