export { UNKNOWN, type Example } from './lesson/example.ts';
export { formatExamples, parseExamples } from './lesson/examples-file.ts';
export type { ExamplesFile, ExamplesToFormat } from './lesson/expect-lesson.ts';
export type { LabelCount, LessonReport, Mistaken } from './lesson/lesson.ts';
export { teachMovements, type TaughtMovement, type TeachOptions } from './recognise/teach.ts';
export type { RecogniserOptions } from './recognise/options.ts';
export {
  createRecogniser,
  type LabelScore,
  type Recogniser,
  type Recognition,
} from './recognise/recogniser.ts';
export type { OnStreamEvent, StreamEvent } from './stream/events.ts';
export type { Frame, FrameJoint, VisibleLandmark } from './stream/frame.ts';
export { framesOfLines, type TimedFrame } from './stream/frame-lines.ts';
export type { StreamUp } from './stream/intake.ts';
export type { MovementOptions } from './stream/movement.ts';
export {
  createSegmenter,
  type Segment,
  type Segmenter,
  type SegmenterOptions,
} from './stream/segmenter.ts';
