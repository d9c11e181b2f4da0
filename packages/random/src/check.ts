export {
  expectArray,
  expectFunction,
  expectInteger,
  expectNames,
  expectNumber,
  expectOneOf,
  expectOptions,
  expectPositiveIntegers,
  expectText,
  gotText,
} from './arguments.ts';
export { expectRandom } from './expect-random.ts';
export { importFailure } from './import-failure.ts';
export { nearestName } from './nearest-name.ts';
