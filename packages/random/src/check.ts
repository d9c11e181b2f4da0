export {
  expectArray,
  expectFunction,
  expectInteger,
  expectNames,
  expectNumber,
  expectObject,
  expectOneOf,
  expectOptions,
  expectPositiveIntegers,
  expectText,
  gotText,
  hintFor,
  type OptionNames,
} from './arguments.ts';
export { expectRandom } from './expect-random.ts';
export { importAdvice, importFailure } from './import-failure.ts';
export { expectModuleName, isRelativeModule, MODULE_NAME } from './module-name.ts';
export { nearestName } from './nearest-name.ts';
