export { expectClip, expectClipData, shapeProblem } from './clip.ts';
export { expectRecord } from './expect-record.ts';
export { gotText } from './got-text.ts';
export { expectLayout } from './layout-of.ts';
