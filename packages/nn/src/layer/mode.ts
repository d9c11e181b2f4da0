import type { Mode } from './layer.ts';

/**
 * Throws unless the mode is exactly `'train'` or `'eval'`. The first line of every layer's `apply`, so a call without a
 * mode changes no running statistics.
 *
 * @param caller - the layer's name, for the message.
 * @throws TypeError if it is anything else.
 *
 * @example
 * ```ts
 * apply(x, mode) {
 *   expectMode('meanPose', mode);
 *   // ...
 * }
 * ```
 */
export function expectMode(caller: string, mode: unknown): asserts mode is Mode {
  if (mode === 'train' || mode === 'eval') return;
  const got = typeof mode === 'string' ? `'${mode}'` : String(mode);
  throw new TypeError(
    `${caller}: expected the mode 'train' or 'eval', got ${got}; for features call apply(x, 'eval')`,
  );
}
