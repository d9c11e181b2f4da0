import { expectInteger } from './arguments.ts';
import { expectRandom } from './expect-random.ts';
import type { Random } from './random.ts';

/**
 * The integers 0 to `length` - 1 in random order, each order equally likely (Fisher and Yates).
 *
 * @param rng - `length` - 1 integers are drawn.
 * @throws RangeError if `length` is not a non-negative integer.
 * @throws TypeError if `rng` is not a random stream.
 */
export function permutation(length: number, rng: Random): Int32Array {
  expectInteger('permutation', 'length', length, 0);
  expectRandom('permutation', rng);
  return choose(length, length, rng);
}

/**
 * `count` distinct integers in [0, `length`), in the order of the draws; every sequence is equally likely.
 *
 * @param rng - min(`count`, `length` - 1) integers are drawn.
 * @throws RangeError if `count` is not an integer in [0, `length`].
 * @throws TypeError if `rng` is not a random stream.
 */
export function choose(count: number, length: number, rng: Random): Int32Array {
  expectInteger('choose', 'length', length, 0);
  expectInteger('choose', 'count', count, 0, length);
  expectRandom('choose', rng);
  const items = Int32Array.from({ length }, (_, i) => i);
  for (let i = 0; i < Math.min(count, length - 1); i++) {
    const j = i + rng.integer(length - i);
    const item = items[i] as number;
    items[i] = items[j] as number;
    items[j] = item;
  }
  return items.slice(0, count);
}
