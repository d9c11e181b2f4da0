import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { expectInteger, expectObject, gotText } from './arguments.ts';
import { absorb, type Identity, identityOf } from './identity.ts';

/** The state of a stream: plain numbers, safe in JSON. */
export interface RandomState {
  /** The four words that identify the stream; forks depend only on these. */
  readonly identity: readonly number[];
  /** The four words of the generator; draws change only these. */
  readonly words: readonly number[];
}

/**
 * A stream of random numbers: xoroshiro128+ (Blackman and Vigna, 2018), as implemented by pure-rand.
 *
 * Draws change the stream; forks do not. A fork depends on its parent stream and its key, not on earlier
 * draws, so any number of workers can share the work without changing a number.
 */
export interface Random {
  /** A double in [0, 1) with 53 random bits. */
  uniform(): number;
  /**
   * An integer in [0, bound), every value equally likely.
   * @throws RangeError if `bound` is not an integer in [1, 2^53 - 1].
   */
  integer(bound: number): number;
  /** A number from the standard normal distribution (Box and Muller, 1958; two uniform draws). */
  normal(): number;
  /**
   * An independent stream for the key. This stream does not change.
   *
   * @example
   * ```ts
   * const clip = createRandom(0).fork('view', epoch, index);
   * ```
   */
  fork(...key: readonly (string | number)[]): Random;
  /** A snapshot of the stream for {@link restoreRandom}. */
  state(): RandomState;
}

/**
 * The random stream of a seed; the same seed gives the same numbers on every machine.
 *
 * @param seed - any safe integer.
 * @throws RangeError if `seed` is not a safe integer.
 *
 * @example
 * ```ts
 * const rng = createRandom(0);
 * rng.uniform(); // in [0, 1)
 * ```
 */
export function createRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`createRandom: expected an integer seed, got ${gotText(seed)}`);
  }
  const identity = identityOf(seed);
  return streamOf({ identity, words: identity });
}

/**
 * The stream that continues from `state`.
 *
 * @throws RangeError if `state` does not hold two lists of four 32-bit integers.
 */
export function restoreRandom(state: RandomState): Random {
  const { identity, words: generator } = expectObject(
    'restoreRandom',
    state,
    'a state of a stream',
  );
  for (const words of [identity, generator]) {
    if (
      !Array.isArray(words) ||
      words.length !== 4 ||
      !words.every((word: number) => (word | 0) === word)
    ) {
      throw new RangeError(
        `restoreRandom: expected 4 + 4 words of 32 bits, got ${JSON.stringify(state)}`,
      );
    }
  }
  return streamOf(state);
}

function streamOf(state: RandomState): Random {
  const identity = [...state.identity] as unknown as Identity;
  const generator = xoroshiro128plusFromState(state.words);
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    integer(bound) {
      expectInteger('integer', 'bound', bound, 1);
      return uniformInt(generator, 0, bound - 1);
    },
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return radius * Math.cos(2 * Math.PI * uniform());
    },
    fork(...key) {
      const child = absorb(identity, key);
      return streamOf({ identity: child, words: child });
    },
    state: () => ({ identity: [...identity], words: [...generator.getState()] }),
  };
}
