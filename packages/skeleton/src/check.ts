export { expectClip, expectClipData, shapeProblem } from './clip.ts';
export { madeFrom, type Fault } from './create-layout.ts';
export { expectRecord } from './expect-record.ts';
export { gotText } from './got-text.ts';
export { expectLayout } from './layout-of.ts';
