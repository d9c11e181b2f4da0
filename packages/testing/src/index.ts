export { expectNoLeak, onEachBackend, type TestedBackend } from './backends.ts';
export {
  checkGradient,
  expectClose,
  expectGradientClose,
  type GradientCheckOptions,
  type Numbers,
  type Tolerance,
} from './matchers.ts';
export { fixturePath, golden, type GoldenCase } from './golden.ts';
