import { anObject, anRng, aNumber, plainCalls } from '@halp/testing';
import * as random from '../src/index.ts';

plainCalls('random', random, {
  createRandom: () => [aNumber(3)],
  restoreRandom: () => [anObject(random.createRandom(0).state())],
  choose: () => [aNumber(2), aNumber(5), anRng()],
  permutation: () => [aNumber(5), anRng()],
});
