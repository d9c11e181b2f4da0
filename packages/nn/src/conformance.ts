export type { ObjectiveOfSubject, ObjectiveSubject } from './conformance/objective-trial.ts';
export { objectiveConformance, objectiveViolations } from './conformance/objective.ts';
export {
  declareSuite,
  violationsOf,
  type Expectation,
  type Requirements,
  type TestFunctions,
  type Violation,
} from './conformance/suite.ts';
export {
  changedBetween,
  difference,
  largest,
  numbersOf,
  restore,
  snapshot,
} from './conformance/numbers.ts';
export { slopeProblem, type SlopeTrial } from './conformance/slope.ts';
