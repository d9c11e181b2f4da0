export { bundled } from './bundled.ts';
export { fuzzReader, type FuzzCounts, type FuzzedReader } from './fuzz.ts';
export {
  expectNoLeak,
  inBfloat16,
  onBackend,
  onEachBackend,
  type BackendChoice,
  type BackendTests,
  type TestedBackend,
} from './backends.ts';
export {
  checkGradient,
  expectClose,
  expectGradientClose,
  type GradientCheckOptions,
  type Numbers,
  type Tolerance,
} from './matchers.ts';
export { bothPasses, noPasses } from './passes.ts';
export { fixturePath, golden, type GoldenCase } from './golden.ts';
export {
  aClip,
  aFunction,
  aLayout,
  aList,
  aNumber,
  anObject,
  anOptionalNumber,
  anRng,
  anything,
  aTensor,
  aText,
  bytes,
  numbers,
  optionalOptions,
  fields,
  options,
  plainCalls,
  someFeatures,
  textBytes,
  type NamedValue,
  type PlainArgument,
  type PlainCallOptions,
  type PlainCase,
} from './plain-calls.ts';
export { useSoftwareVulkan } from './software-vulkan.ts';
