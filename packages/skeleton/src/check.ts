export { expectClip, expectClipData, shapeProblem } from './clip.ts';
export { madeFrom, type Fault } from './create-layout.ts';
export { expectObject, expectOptions, type OptionNames } from './expect-object.ts';
export { gotText } from './got-text.ts';
export { expectLayout } from './layout-of.ts';
