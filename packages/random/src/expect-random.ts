import { gotText } from './arguments.ts';
import type { Random } from './random.ts';

/**
 * Throws unless `rng` is a random stream. Nothing is drawn from it.
 *
 * @throws TypeError for anything else, such as a seed.
 */
export function expectRandom(caller: string, rng: Random): void {
  const { uniform, fork } = (rng ?? {}) as Partial<Random>;
  if (typeof uniform === 'function' && typeof fork === 'function') return;
  throw new TypeError(
    `${caller}: expected a random stream (rng), got ${gotText(rng)}; pass createRandom(seed) of @halp/random`,
  );
}
