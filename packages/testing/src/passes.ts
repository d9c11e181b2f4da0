import { createRandom, type Random } from '@halp/random';

/** `Pass` of @halp/nn, which this package does not import. */
type Pass = { readonly mode: 'eval' } | { readonly mode: 'train'; readonly rng: Random };

/** A pass of each mode, for `it.each(bothPasses)('... in $mode mode', (pass) => ...)`. */
export const bothPasses: readonly Pass[] = [
  { mode: 'train', rng: createRandom(0) },
  { mode: 'eval' },
];

/** Values that are no pass, as a caller in plain JavaScript may pass them. */
export const noPasses: readonly unknown[] = [
  ...[undefined, null, true, 'train', 'eval', {}],
  ...[{ mode: 'Train' }, { mode: 'train' }, { mode: 'train', rng: 0 }],
];
